"""The rules of messages, in plain Python."""

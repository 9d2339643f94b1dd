"""The stories of messages, one a file."""

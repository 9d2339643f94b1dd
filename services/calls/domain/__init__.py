"""The rules of calling, in plain Python."""

"""The rules of gatherings, in plain Python."""

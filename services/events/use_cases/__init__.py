"""The stories of gatherings, one a file."""

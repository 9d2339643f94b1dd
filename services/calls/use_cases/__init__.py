"""The stories of calling, one a file."""

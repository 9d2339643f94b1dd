"""The stories of organizers and of erasure, one a file."""

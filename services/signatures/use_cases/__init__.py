"""The stories of the service, one a file."""

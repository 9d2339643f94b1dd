"""The rules of petitions, in plain Python."""

"""A service of two tables that does as it is told, for finding out what the backbone does with it."""

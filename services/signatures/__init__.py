"""Petitions: what they say, who signed, how many, and what follows from it."""

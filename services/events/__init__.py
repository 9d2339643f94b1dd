"""Gatherings: rallies, sessions, clinics, and who is coming to them."""

"""Organizers: who they are, how they sign in, what they did, and the erasure of supporters."""

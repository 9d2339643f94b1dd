"""Represent by Open North: sample ridings, invented members and offices, in its own shapes."""

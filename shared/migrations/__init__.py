"""Alembic's environment for every service, and the backbone's own tables."""

"""What keeps supporters safe: canonical addresses, fingerprints, the vault of keys, and redaction of what is logged."""

from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"

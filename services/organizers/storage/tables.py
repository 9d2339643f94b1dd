"""The tables of `organizers`. Who an organizer is, is sealed; what must be compared is a fingerprint."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from shared.database import tables

metadata = tables()

organizers = sa.Table(
    "organizers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("email_id", sa.Text, nullable=False, unique=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organizer_id", sa.Text, sa.ForeignKey("organizers.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
)

sign_in_tries = sa.Table(
    "sign_in_tries",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=False),
)

# No foreign keys: what was done stays known when whoever did it is gone.
audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("id", postgresql.UUID, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("deed", sa.Text, nullable=False),
    sa.Column("about", sa.Text),
    sa.Index("ix_audit_log_at", sa.text("at DESC")),
)

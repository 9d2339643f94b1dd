"""The table of jobs."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from shared.database import tables

metadata = tables()

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", postgresql.UUID, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("arguments", postgresql.JSONB, nullable=False),
    sa.Column("cursor", postgresql.JSONB),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("leased_until", sa.DateTime(timezone=True)),
    sa.Column("lease", postgresql.UUID),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failed_at", sa.DateTime(timezone=True)),
    sa.Column("failure", sa.Text),
    # The story in which it was scheduled; empty where there was none.
    sa.Column("traceparent", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("kind", "key"),
    sa.Index("ix_jobs_due_at", "due_at", postgresql_where=sa.text("failed_at IS NULL")),
)

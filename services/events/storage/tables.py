"""The tables of `events`. What is personal is sealed; what is public is in clear."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from shared.database import tables

metadata = tables()

# `starts` and `ends` are what the clocks of the place show, and are what counts; the two moments follow from them and
# are kept for looking up what is to come.
gatherings = sa.Table(
    "gatherings",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("campaign", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("texts", postgresql.JSONB, nullable=False),
    sa.Column("starts", sa.DateTime, nullable=False),
    sa.Column("ends", sa.DateTime, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("venue", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False),
    sa.Column("capacity", sa.Integer),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("scheduled_at", sa.DateTime(timezone=True)),
    sa.Column("cancelled_at", sa.DateTime(timezone=True)),
    sa.Index("ix_gatherings_to_come", "ends_at", postgresql_where=sa.text("state = 'scheduled'")),
)

# Who was erased has no supporter_id any more, and is still counted.
attendances = sa.Table(
    "attendances",
    metadata,
    sa.Column("id", postgresql.UUID, primary_key=True),
    sa.Column("gathering", sa.Text, sa.ForeignKey("gatherings.slug"), nullable=False),
    sa.Column("supporter_id", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("via", sa.Text, nullable=False),
    sa.Column("language", sa.Text),
    sa.Column("sealed", sa.Text),
    sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("gathering", "supporter_id"),
    sa.Index("ix_attendances_supporter_id", "supporter_id"),
    sa.Index("ix_attendances_coming", "gathering", "via", postgresql_where=sa.text("status = 'coming'")),
)

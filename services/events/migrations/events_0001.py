"""Gatherings and attendances."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "events_0001"
down_revision = None
branch_labels = ("events",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gatherings",
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
    )
    op.create_index("ix_gatherings_to_come", "gatherings", ["ends_at"], postgresql_where=sa.text("state = 'scheduled'"))
    op.create_table(
        "attendances",
        sa.Column("id", postgresql.UUID, primary_key=True),
        sa.Column("gathering", sa.Text, sa.ForeignKey("gatherings.slug"), nullable=False),
        sa.Column("supporter_id", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("sealed", sa.Text),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("gathering", "supporter_id", name="uq_attendances_gathering_supporter_id"),
    )
    op.create_index("ix_attendances_supporter_id", "attendances", ["supporter_id"])
    op.create_index(
        "ix_attendances_coming", "attendances", ["gathering", "via"], postgresql_where=sa.text("status = 'coming'")
    )

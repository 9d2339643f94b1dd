"""Petitions, their signatures, totals and milestones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "signatures_0001"
down_revision = None
branch_labels = ("signatures",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "petitions",
        sa.Column("id", postgresql.UUID, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("texts", postgresql.JSONB, nullable=False),
        sa.Column("targets", postgresql.JSONB, nullable=False),
        sa.Column("goal", sa.Integer),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("closing_reason", sa.Text),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("slug", name="uq_petitions_slug"),
    )
    op.create_table(
        "signatures",
        sa.Column("id", postgresql.UUID, primary_key=True),
        sa.Column("petition_id", postgresql.UUID, nullable=False),
        sa.Column("supporter_id", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("consent_email", sa.Boolean, nullable=False),
        sa.Column("consent_text", sa.Boolean, nullable=False),
        sa.Column("consent_call", sa.Boolean, nullable=False),
        sa.Column("consent_wording", sa.Text, nullable=False),
        sa.Column("consent_language", sa.Text, nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("supporter_id", "petition_id", name="uq_signatures_supporter_id_petition_id"),
    )
    op.create_table(
        "petition_totals",
        sa.Column("petition_id", postgresql.UUID, primary_key=True),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("forgotten", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name="fk_petition_totals_petition_id_petitions"),
    )
    op.create_table(
        "campaign_totals",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("total", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "milestones_reached",
        sa.Column("petition_id", postgresql.UUID, primary_key=True),
        sa.Column("milestone", sa.BigInteger, primary_key=True),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name="fk_milestones_reached_petition_id_petitions"),
    )

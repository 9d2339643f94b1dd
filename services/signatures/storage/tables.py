"""The tables of signatures. Nothing in them says who somebody is: what does is sealed."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from shared.database import tables

metadata = tables()

petitions = sa.Table(
    "petitions",
    metadata,
    sa.Column("id", postgresql.UUID, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
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
)

signatures = sa.Table(
    "signatures",
    metadata,
    sa.Column("id", postgresql.UUID, primary_key=True),
    # No foreign key: the statement that signs joins the petition and holds it open, which says more and costs less.
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
    # Whether it is in the totals: it comes there once, whatever is delivered twice.
    sa.Column("counted", sa.Boolean, nullable=False, server_default=sa.false()),
    # In this order it also finds everything of a supporter who is erased.
    sa.UniqueConstraint("supporter_id", "petition_id"),
)

petition_totals = sa.Table(
    "petition_totals",
    metadata,
    sa.Column("petition_id", postgresql.UUID, sa.ForeignKey("petitions.id"), primary_key=True),
    sa.Column("total", sa.BigInteger, nullable=False),
    # Signatures that still count though their people were erased and their rows are gone.
    sa.Column("forgotten", sa.BigInteger, nullable=False, server_default="0"),
    # When the last of them was added to it: a total that is shown says by this how old it is.
    sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
)

campaign_totals = sa.Table(
    "campaign_totals",
    metadata,
    sa.Column("campaign", sa.Text, primary_key=True),
    sa.Column("total", sa.BigInteger, nullable=False),
)

milestones_reached = sa.Table(
    "milestones_reached",
    metadata,
    sa.Column("petition_id", postgresql.UUID, sa.ForeignKey("petitions.id"), primary_key=True),
    sa.Column("milestone", sa.BigInteger, primary_key=True),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
)

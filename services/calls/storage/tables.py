"""The tables of `calls`. What is personal is sealed, or a keyed fingerprint; what is public is in clear."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from shared.database import tables
from shared.reaching.pace import pace_table

metadata = tables()

call_campaigns = sa.Table(
    "call_campaigns",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("campaign", sa.Text, nullable=False),
    sa.Column("caller_name", sa.Text, nullable=False),
    sa.Column("texts", postgresql.JSONB, nullable=False),
    sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("daily_from", sa.Time, nullable=False),
    sa.Column("daily_until", sa.Time, nullable=False),
    sa.Column("fallback_name", sa.Text),
    sa.Column("fallback_number", sa.Text),
    sa.Column("first_riding_by_text", sa.Boolean, nullable=False),
    sa.Column("calls_per_line", sa.Integer, nullable=False),
    sa.Column("goal", sa.Integer),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("launched_at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
)

# Everybody whom we may one day ring: `ridings` is null until they were looked up, and empty where none was found.
callers = sa.Table(
    "callers",
    metadata,
    sa.Column("supporter_id", sa.Text, primary_key=True),
    sa.Column("sealed", sa.Text),
    sa.Column("phone_id", sa.Text),
    sa.Column("language", sa.Text, nullable=False, server_default="en"),
    sa.Column("ridings", postgresql.ARRAY(sa.Text)),
    sa.Column("province", sa.Text),
    sa.Column("petitions", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("campaigns", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("consents_to_calls", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("consent_changed_at", sa.DateTime(timezone=True)),
)

# What partial indexes are made of. A query repeats them to the letter: one with a parameter may not use the index.
# The states are those of domain/call.py; here those in which a telephone is busy with us.
IS_ON_THE_PHONE = sa.text(
    "state IN ('dialling', 'ringing', 'answered', 'bridging', 'bridged', 'returned', 'reported', 'hung_up')"
)
IS_REQUESTED = sa.text("state = 'requested'")
IS_NOT_FINISHED = sa.text("state <> 'finished'")

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", postgresql.UUID, primary_key=True),
    sa.Column("call_campaign", sa.Text, sa.ForeignKey("call_campaigns.slug"), nullable=False),
    sa.Column("supporter_id", sa.Text),
    sa.Column("phone_id", sa.Text),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("via", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
    # A waiting call is dialled from `due_at` on; any call that is not finished is looked after from `check_at` on.
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("check_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("aim", sa.Text, nullable=False),
    sa.Column("riding", sa.Text),
    sa.Column("target_name", sa.Text),
    sa.Column("office", sa.Text),
    sa.Column("number", sa.Text),
    sa.Column("extension", sa.Text, nullable=False, server_default=""),
    sa.Column("dialling", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("carrier_id", sa.Text),
    sa.Column("dialled_at", sa.DateTime(timezone=True)),
    sa.Column("rang_at", sa.DateTime(timezone=True)),
    sa.Column("answered_at", sa.DateTime(timezone=True)),
    sa.Column("confirmed_at", sa.DateTime(timezone=True)),
    sa.Column("bridged_at", sa.DateTime(timezone=True)),
    sa.Column("returned_at", sa.DateTime(timezone=True)),
    sa.Column("office_outcome", sa.Text),
    sa.Column("talked_seconds", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reported_at", sa.DateTime(timezone=True)),
    sa.Column("reported_outcome", sa.Text),
    sa.Column("hung_up_at", sa.DateTime(timezone=True)),
    sa.Column("hung_up", sa.Text),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    sa.Column("called_off", sa.Text),
    sa.Column("settled", sa.Boolean, nullable=False, server_default=sa.false()),
    # Read off from the rest when the call is finished, for the board.
    sa.Column("ending", sa.Text),
    sa.Column("carrier_outcome", sa.Text),
    sa.UniqueConstraint("carrier_id"),
    sa.UniqueConstraint("call_campaign", "supporter_id", "cause"),
    sa.Index("uq_calls_one_at_a_time", "call_campaign", "supporter_id", unique=True, postgresql_where=IS_NOT_FINISHED),
    sa.Index("ix_calls_waiting", "call_campaign", "aim", "riding", "requested_at", postgresql_where=IS_REQUESTED),
    sa.Index("ix_calls_number", "number", postgresql_where=IS_ON_THE_PHONE),
    sa.Index("ix_calls_phone_id", "phone_id"),
    sa.Index("ix_calls_check_at", "check_at", postgresql_where=IS_NOT_FINISHED),
    sa.Index("ix_calls_supporter_id", "supporter_id"),
)

office_lines = sa.Table(
    "office_lines",
    metadata,
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("limit", sa.Integer, nullable=False),
    sa.Column("answered_in_a_row", sa.Integer, nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
)

# One row for each time that the directory changed; the newest serves. `seen_at` is when the source last said the same.
directory_versions = sa.Table(
    "directory_versions",
    metadata,
    sa.Column("id", postgresql.UUID, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("boundary_set", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)

ridings = sa.Table(
    "ridings",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)

representatives = sa.Table(
    "representatives",
    metadata,
    sa.Column("version", postgresql.UUID, sa.ForeignKey("directory_versions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("riding", sa.Text, sa.ForeignKey("ridings.id"), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("party", sa.Text, nullable=False),
)

offices = sa.Table(
    "offices",
    metadata,
    sa.Column("version", postgresql.UUID, sa.ForeignKey("directory_versions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("riding", sa.Text, sa.ForeignKey("ridings.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("number", sa.Text),
    sa.Column("extension", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
)

# Postal codes that were looked up, as keyed fingerprints: a list of codes would say where supporters live.
postal_codes = sa.Table(
    "postal_codes",
    metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("boundary_set", sa.Text, nullable=False),
    sa.Column("ridings", postgresql.ARRAY(sa.Text), nullable=False),
    sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=False),
)

paces = pace_table(metadata)

"""Everything that `calls` keeps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "calls_0001"
down_revision = None
branch_labels = ("calls",)
depends_on = None

ON_THE_PHONE = sa.text(
    "state IN ('dialling', 'ringing', 'answered', 'bridging', 'bridged', 'returned', 'reported', 'hung_up')"
)
REQUESTED = sa.text("state = 'requested'")
NOT_FINISHED = sa.text("state <> 'finished'")


def upgrade() -> None:
    op.create_table(
        "call_campaigns",
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
    op.create_table(
        "callers",
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
    op.create_table(
        "calls",
        sa.Column("id", postgresql.UUID, primary_key=True),
        sa.Column("call_campaign", sa.Text, sa.ForeignKey("call_campaigns.slug"), nullable=False),
        sa.Column("supporter_id", sa.Text),
        sa.Column("phone_id", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
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
        sa.Column("ending", sa.Text),
        sa.Column("carrier_outcome", sa.Text),
        sa.UniqueConstraint("carrier_id", name="uq_calls_carrier_id"),
        sa.UniqueConstraint("call_campaign", "supporter_id", "cause", name="uq_calls_call_campaign_supporter_id_cause"),
    )
    op.create_index(
        "uq_calls_one_at_a_time", "calls", ["call_campaign", "supporter_id"], unique=True, postgresql_where=NOT_FINISHED
    )
    op.create_index(
        "ix_calls_waiting", "calls", ["call_campaign", "aim", "riding", "requested_at"], postgresql_where=REQUESTED
    )
    op.create_index("ix_calls_number", "calls", ["number"], postgresql_where=ON_THE_PHONE)
    op.create_index("ix_calls_phone_id", "calls", ["phone_id"])
    op.create_index("ix_calls_check_at", "calls", ["check_at"], postgresql_where=NOT_FINISHED)
    op.create_index("ix_calls_supporter_id", "calls", ["supporter_id"])
    op.create_table(
        "office_lines",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("limit", sa.Integer, nullable=False),
        sa.Column("answered_in_a_row", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "directory_versions",
        sa.Column("id", postgresql.UUID, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("boundary_set", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )
    op.create_table(
        "ridings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "representatives",
        sa.Column(
            "version", postgresql.UUID, sa.ForeignKey("directory_versions.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("riding", sa.Text, sa.ForeignKey("ridings.id"), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("party", sa.Text, nullable=False),
    )
    op.create_table(
        "offices",
        sa.Column(
            "version", postgresql.UUID, sa.ForeignKey("directory_versions.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("riding", sa.Text, sa.ForeignKey("ridings.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("extension", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
    )
    op.create_table(
        "postal_codes",
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("boundary_set", sa.Text, nullable=False),
        sa.Column("ridings", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "paces",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
    )

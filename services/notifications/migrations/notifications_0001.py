"""Contacts, consents, broadcasts, the ledger of deliveries, and inbound texts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "notifications_0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("supporter_id", sa.Text, primary_key=True),
        sa.Column("sealed", sa.Text),
        sa.Column("phone_id", sa.Text),
        sa.Column("email_id", sa.Text),
        sa.Column("language", sa.Text, nullable=False, server_default="en"),
        sa.Column("province", sa.Text),
        sa.Column("ridings", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("petitions", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("campaigns", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("may_text", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("may_email", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("may_call", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("ix_contacts_phone_id", "contacts", ["phone_id"])
    op.create_index(
        "ix_contacts_strangers", "contacts", ["created_at"], postgresql_where=sa.text("campaigns = '{}'::text[]")
    )
    op.create_table(
        "ridings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "consents",
        sa.Column("id", postgresql.UUID, primary_key=True),
        sa.Column("supporter_id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("wording", sa.Text),
        sa.Column("wording_language", sa.Text),
        sa.Column("cause", postgresql.UUID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint(
            "supporter_id", "channel", "cause", "kind", name="uq_consents_supporter_id_channel_cause_kind"
        ),
    )
    op.create_table(
        "suppressions",
        sa.Column("address_id", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "petitions",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("texts", postgresql.JSONB, nullable=False),
        sa.Column("targets", postgresql.JSONB, nullable=False),
    )
    op.create_table(
        "broadcasts",
        sa.Column("id", postgresql.UUID, primary_key=True),
        sa.Column("cause", postgresql.UUID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("petition", sa.Text),
        sa.Column("call_campaign", sa.Text),
        sa.Column("gathering", sa.Text),
        sa.Column("fields", postgresql.JSONB, nullable=False),
        sa.Column("audience", postgresql.JSONB, nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("wordings", postgresql.JSONB, nullable=False),
        sa.Column("approved", postgresql.JSONB, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("planned", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.Column("planned_until", sa.Text, nullable=False, server_default=""),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("held_because", sa.Text),
        sa.Column("traceparent", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("planned_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("cause", name="uq_broadcasts_cause"),
    )
    op.create_index(
        "ix_broadcasts_unfinished", "broadcasts", ["created_at"], postgresql_where=sa.text("finished_at IS NULL")
    )
    op.create_index(
        "ix_broadcasts_gathering", "broadcasts", ["gathering"], postgresql_where=sa.text("gathering IS NOT NULL")
    )
    op.create_table(
        "deliveries",
        sa.Column("id", postgresql.UUID, primary_key=True),
        sa.Column("cause", postgresql.UUID, nullable=False),
        sa.Column("supporter_id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False, server_default=""),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False, server_default=""),
        sa.Column("broadcast_id", postgresql.UUID),
        sa.Column("address_id", sa.Text),
        sa.Column("lane", sa.SmallInteger, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="planned"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("request_id", postgresql.UUID),
        sa.Column("words_id", sa.Text),
        sa.Column("provider_id", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("traceparent", sa.Text, nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("sending_at", sa.DateTime(timezone=True)),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint(
            "supporter_id", "cause", "channel", "target", name="uq_deliveries_supporter_id_cause_channel_target"
        ),
    )
    op.create_index(
        "uq_deliveries_one_a_telephone",
        "deliveries",
        ["cause", "address_id"],
        unique=True,
        postgresql_where=sa.text("address_id IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_next",
        "deliveries",
        ["channel", "lane", "due_at"],
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "ix_deliveries_letters",
        "deliveries",
        ["about", "target", "due_at"],
        postgresql_where=sa.text("state = 'planned' AND channel = 'letter'"),
    )
    op.create_index(
        "ix_deliveries_check_at", "deliveries", ["check_at"], postgresql_where=sa.text("check_at IS NOT NULL")
    )
    op.create_index(
        "ix_deliveries_broadcast_id",
        "deliveries",
        ["broadcast_id", "state"],
        postgresql_where=sa.text("broadcast_id IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_provider_id",
        "deliveries",
        ["provider_id"],
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    op.create_table(
        "paces",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "heard",
        sa.Column("provider", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
    )
    op.create_table(
        "replies",
        sa.Column("provider_id", sa.Text, primary_key=True),
        sa.Column("id", postgresql.UUID, nullable=False),
        sa.Column("phone_id", sa.Text, nullable=False),
        sa.Column("meaning", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_replies_phone_id", "replies", ["phone_id", "received_at"])

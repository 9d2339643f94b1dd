"""The tables of notifications. What is personal is sealed, or a keyed fingerprint; nothing here says who somebody is."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from shared.database import tables

metadata = tables()

# Everybody we may one day write to. `sealed` holds `name`, `email`, `phone`, each where known. `may_…` is what the
# consents amount to now; the records themselves are in `consents`. `phone_id` finds who answers a text; several people
# may share a telephone.
contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("supporter_id", sa.Text, primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("phone_id", sa.Text),
    sa.Column("email_id", sa.Text),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("province", sa.Text),
    sa.Column("ridings", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("petitions", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("campaigns", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("may_text", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("may_email", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("may_call", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Index("ix_contacts_phone_id", "phone_id"),
    sa.Index("ix_contacts_email_id", "email_id"),
)

# The evidence: rows are only ever added (CASL, section 13: whoever claims consent must prove it). What was agreed to,
# when, where and in which words. `kind` is given or withdrawn.
consents = sa.Table(
    "consents",
    metadata,
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
    sa.UniqueConstraint("cause", "supporter_id", "channel", "kind"),
    sa.Index("ix_consents_supporter_id", "supporter_id", "channel", "at"),
)

# Addresses that are not written to whoever they belong to: STOP from a number, a bounce, a complaint. By fingerprint.
suppressions = sa.Table(
    "suppressions",
    metadata,
    sa.Column("address_id", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
)

# Our own copy of what petitions say, for thanks and letters.
petitions = sa.Table(
    "petitions",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("campaign", sa.Text, nullable=False),
    sa.Column("texts", postgresql.JSONB, nullable=False),
    sa.Column("targets", postgresql.JSONB, nullable=False),
)

# All the messages that one announcement sets off. `fields` is what the words are filled in with: title, when, place, …,
# by language. `approved` are the numbers that the organizer was shown. States: planning, held, sending, finished.
broadcasts = sa.Table(
    "broadcasts",
    metadata,
    sa.Column("id", postgresql.UUID, primary_key=True),
    sa.Column("cause", postgresql.UUID, nullable=False, unique=True),
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
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("held_because", sa.Text),
    sa.Column("traceparent", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True)),
    sa.Column("planned_at", sa.DateTime(timezone=True)),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
)

OPEN = sa.text("state IN ('planned', 'sending', 'accepted')")
PLANNED = sa.text("state = 'planned'")
SENDING = sa.text("state = 'sending'")

# The ledger: written before anything is sent, and the only thing that sends.
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", postgresql.UUID, primary_key=True),
    sa.Column("cause", postgresql.UUID, nullable=False),
    sa.Column("supporter_id", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False, server_default=""),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Column("broadcast_id", postgresql.UUID),
    sa.Column("lane", sa.SmallInteger, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="planned"),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    # From when on another worker may ask the provider what became of one that is `sending`.
    sa.Column("check_at", sa.DateTime(timezone=True)),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("provider_id", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("traceparent", sa.Text, nullable=False),
    sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("sending_at", sa.DateTime(timezone=True)),
    sa.Column("accepted_at", sa.DateTime(timezone=True)),
    sa.Column("settled_at", sa.DateTime(timezone=True)),
    sa.UniqueConstraint("cause", "supporter_id", "channel", "target"),
    sa.Index("ix_deliveries_next", "channel", "lane", "due_at", postgresql_where=PLANNED),
    sa.Index("ix_deliveries_check_at", "check_at", postgresql_where=SENDING),
    sa.Index("ix_deliveries_open", "broadcast_id", postgresql_where=OPEN),
    sa.Index("ix_deliveries_broadcast_id", "broadcast_id", "state"),
    sa.Index("ix_deliveries_supporter_id", "supporter_id", "channel", "planned_at"),
    sa.Index("ix_deliveries_provider_id", "provider_id"),
)

# Texts that came in, each once. What was written is not kept, only what it means.
replies = sa.Table(
    "replies",
    metadata,
    sa.Column("provider_id", sa.Text, primary_key=True),
    sa.Column("id", postgresql.UUID, nullable=False),
    sa.Column("phone_id", sa.Text, nullable=False),
    sa.Column("meaning", sa.Text, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("ix_replies_phone_id", "phone_id", "received_at"),
)

"""The tables of notifications. What is personal is sealed, or a keyed fingerprint; nothing says who somebody is."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from shared.database import tables
from shared.reaching.pace import pace_table

metadata = tables()

STRANGERS = sa.text("campaigns = '{}'::text[]")

# Everybody we may one day write to. `sealed` holds `name`, `email`, `phone`, each where known; it is missing where only
# somebody's riding was heard of so far. `may_…` is what the consents amount to now; the records themselves are in
# `consents`. `phone_id` finds who answers a text; several people may share a telephone. An e-mail address is one
# supporter: their id is its fingerprint. Who took part in nothing (no campaign) is forgotten after a day.
contacts = sa.Table(
    "contacts",
    metadata,
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
    sa.Index("ix_contacts_phone_id", "phone_id"),
    sa.Index("ix_contacts_strangers", "created_at", postgresql_where=STRANGERS),
)

# What the ridings in `contacts` are called.
ridings = sa.Table(
    "ridings",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
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
    # The supporter first, so that the same index finds all of a supporter's.
    sa.UniqueConstraint("supporter_id", "channel", "cause", "kind"),
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

UNFINISHED = sa.text("finished_at IS NULL")

# All the messages that one announcement sets off. `fields` is what the words are filled in with: title, when, place, …,
# by language. `approved` are the numbers that the organizer was shown, `planned` those that were planned so far, up to
# the supporter `planned_until`. States: planning, held, sending, stopped, finished.
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
    sa.Column("planned", postgresql.JSONB, nullable=False, server_default="{}"),
    sa.Column("planned_until", sa.Text, nullable=False, server_default=""),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("held_because", sa.Text),
    sa.Column("traceparent", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True)),
    sa.Column("planned_at", sa.DateTime(timezone=True)),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    sa.Index("ix_broadcasts_unfinished", "created_at", postgresql_where=UNFINISHED),
    sa.Index("ix_broadcasts_gathering", "gathering", postgresql_where=sa.text("gathering IS NOT NULL")),
)

PLANNED = sa.text("state = 'planned'")
PLANNED_LETTER = sa.text("state = 'planned' AND channel = 'letter'")
OF_BROADCASTS = sa.text("broadcast_id IS NOT NULL")
ONE_A_TELEPHONE = sa.text("address_id IS NOT NULL")
KNOWN_TO_PROVIDER = sa.text("provider_id IS NOT NULL")

# The ledger: written before anything is sent, and the only thing that sends. `address_id` is set on what a broadcast
# texts: two supporters who share a telephone get one text of each broadcast. Who was erased stays as `erased:<id>`.
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
    sa.Column("address_id", sa.Text),
    sa.Column("lane", sa.SmallInteger, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="planned"),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    # From when on the provider may be asked what became of one that is `sending` or `accepted`.
    sa.Column("check_at", sa.DateTime(timezone=True)),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    # The e-mails of one request to the provider, which takes all of them or none. One that is planned with a request
    # of its own goes with those of the same request and with no others.
    sa.Column("request_id", postgresql.UUID),
    # A keyed fingerprint of the words of a text, by which the provider's record of it is told.
    sa.Column("words_id", sa.Text),
    sa.Column("provider_id", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("traceparent", sa.Text, nullable=False),
    sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("sending_at", sa.DateTime(timezone=True)),
    sa.Column("accepted_at", sa.DateTime(timezone=True)),
    sa.Column("settled_at", sa.DateTime(timezone=True)),
    # The supporter first, so that the same index finds all of a supporter's.
    sa.UniqueConstraint("supporter_id", "cause", "channel", "target"),
    sa.Index("uq_deliveries_one_a_telephone", "cause", "address_id", unique=True, postgresql_where=ONE_A_TELEPHONE),
    sa.Index("ix_deliveries_next", "channel", "lane", "due_at", postgresql_where=PLANNED),
    sa.Index("ix_deliveries_letters", "about", "target", "due_at", postgresql_where=PLANNED_LETTER),
    sa.Index("ix_deliveries_check_at", "check_at", postgresql_where=sa.text("check_at IS NOT NULL")),
    sa.Index("ix_deliveries_broadcast_id", "broadcast_id", "state", postgresql_where=OF_BROADCASTS),
    sa.Index("ix_deliveries_provider_id", "provider_id", postgresql_where=KNOWN_TO_PROVIDER),
)

# Texts that came in, each once. What was written is not kept, only what it means, and the kind of what we answered.
replies = sa.Table(
    "replies",
    metadata,
    sa.Column("provider_id", sa.Text, primary_key=True),
    sa.Column("id", postgresql.UUID, nullable=False),
    sa.Column("phone_id", sa.Text, nullable=False),
    sa.Column("meaning", sa.Text, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("ix_replies_phone_id", "phone_id", "received_at"),
)

# How fast each provider and each mailbox is written to, kept by all workers together.
paces = pace_table(metadata)

# The seconds in which a provider told us of anything: what it did not tell us then, it does not know.
heard = sa.Table(
    "heard",
    metadata,
    sa.Column("provider", sa.Text, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
)

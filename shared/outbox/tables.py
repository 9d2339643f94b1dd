"""The outbox table, which Debezium's outbox event router could read.

Debezium knows `id`, `aggregatetype`, `aggregateid`, `type` and `payload`. `subject`, `occurred_at` and `traceparent`
complete the CloudEvents attributes. `refused_at` and `refusal` are set where Kafka will never take the event as it is;
the relay leaves such a row out, and an operator decides.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from shared.database import tables

metadata = tables()

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("sequence", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("id", postgresql.UUID, nullable=False),
    sa.Column("aggregatetype", sa.Text, nullable=False),
    sa.Column("aggregateid", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("payload", postgresql.JSON, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("traceparent", sa.Text, nullable=False),
    sa.Column("refused_at", sa.DateTime(timezone=True)),
    sa.Column("refusal", sa.Text),
)

"""The vault's tables: one wrapped key per supporter, and nothing else about them."""

import sqlalchemy as sa

from shared.database import tables

metadata = tables()

data_keys = sa.Table(
    "data_keys",
    metadata,
    sa.Column("supporter_id", sa.Text, primary_key=True),
    sa.Column("key_id", sa.LargeBinary, nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
)

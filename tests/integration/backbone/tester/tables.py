"""What the tester did, and what it was told to do."""

import sqlalchemy as sa

from shared.database import tables

metadata = tables()

# One row for each time that it acted, in the order of acting.
acted = sa.Table(
    "acted",
    metadata,
    sa.Column("sequence", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("thing", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

# What to do when a thing happens for that time: retry, reject, skip, break, or wait until the order is taken back.
orders = sa.Table(
    "orders",
    metadata,
    sa.Column("thing", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("order", sa.Text, nullable=False),
)

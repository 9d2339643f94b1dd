"""The tester's two tables."""

import sqlalchemy as sa
from alembic import op

revision = "tester_0001"
down_revision = None
branch_labels = ("tester",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acted",
        sa.Column("sequence", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("thing", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("thing", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("order", sa.Text, nullable=False),
    )

"""The relay's tables as they first were."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade():
    op.create_table(
        "bundle",
        sa.Column("idx", BIG, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.LargeBinary, unique=True, nullable=False),
        sa.Column("device", sa.LargeBinary, nullable=False),
        sa.Column("first_seq", BIG, nullable=False),
        sa.Column("last_seq", BIG, nullable=False),
        sa.Column("head", sa.LargeBinary, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("at_ms", BIG, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("receipt", sa.LargeBinary, nullable=False),
        sa.Column("forks", sa.Boolean, nullable=False),
    )
    op.create_index("bundle_device", "bundle", ["device", "last_seq"])
    op.create_table(
        "recipient",
        sa.Column("recipient", sa.LargeBinary, primary_key=True),
        sa.Column("idx", BIG, primary_key=True, autoincrement=False),
    )
    op.create_table(
        "node",
        sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("idx", BIG, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "nonce",
        sa.Column("kid", sa.LargeBinary, primary_key=True),
        sa.Column("nonce", sa.LargeBinary, primary_key=True),
        sa.Column("at_ms", BIG, nullable=False),
    )
    op.create_index("ix_nonce_at_ms", "nonce", ["at_ms"])
    op.create_table(
        "device_status",
        sa.Column("device", sa.LargeBinary, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("at_ms", BIG, nullable=False),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade():
    for name in ("meta", "device_status", "nonce", "node", "recipient", "bundle"):
        op.drop_table(name)

"""A log for a city: its head in one row that writers lock, the bytes of bundles apart, what devices and units used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "log_head",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "bundle_data",
        sa.Column("idx", BIG, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "usage",
        sa.Column("kid", sa.LargeBinary, primary_key=True),
        sa.Column("span", sa.Text, primary_key=True),
        sa.Column("slot", BIG, primary_key=True, autoincrement=False),
        sa.Column("requests", BIG, nullable=False),
        sa.Column("bundles", BIG, nullable=False),
        sa.Column("bytes", BIG, nullable=False),
    )
    op.create_table(
        "unit_storage",
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("bytes", BIG, nullable=False),
    )
    op.create_table(
        "blob",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("size", BIG, nullable=False),
    )
    op.create_table(
        "device_log",
        sa.Column("device", sa.LargeBinary, primary_key=True),
        sa.Column("last_seq", BIG, nullable=False),
        sa.Column("forked", sa.Boolean, nullable=False),
    )
    op.execute(
        "INSERT INTO device_log (device, last_seq, forked)"
        " SELECT device, MAX(last_seq), MAX(CASE WHEN forks THEN 1 ELSE 0 END) = 1 FROM bundle GROUP BY device"
    )
    op.execute("INSERT INTO bundle_data (idx, data) SELECT idx, data FROM bundle")
    _head(op.get_bind())
    with op.batch_alter_table("bundle") as table:
        table.drop_column("data")
    op.drop_table("meta")


def downgrade():
    op.create_table(
        "meta",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.execute("INSERT INTO meta (name, value) VALUES ('schema', '1')")
    with op.batch_alter_table("bundle") as table:
        table.add_column(sa.Column("data", sa.LargeBinary))
    op.execute("UPDATE bundle SET data = (SELECT data FROM bundle_data WHERE bundle_data.idx = bundle.idx)")
    with op.batch_alter_table("bundle") as table:
        table.alter_column("data", nullable=False, existing_type=sa.LargeBinary)
    for name in ("device_log", "blob", "unit_storage", "usage", "bundle_data", "log_head"):
        op.drop_table(name)


def _head(connection: sa.Connection) -> None:
    """The size, and the roots of the complete subtrees, the largest first, out of the nodes that are there."""
    size = connection.scalar(sa.text("SELECT COALESCE(MAX(idx) + 1, 0) FROM bundle"))
    frontier, start = b"", 0
    for level in range(int(size).bit_length() - 1, -1, -1):
        if size >> level & 1:
            wanted = sa.text("SELECT hash FROM node WHERE level = :level AND idx = :idx")
            frontier += bytes(connection.execute(wanted, {"level": level, "idx": start >> level}).scalar_one())
            start += 1 << level
    head = sa.table("log_head", sa.column("id"), sa.column("size"), sa.column("frontier", sa.LargeBinary))
    connection.execute(head.insert().values(id=1, size=size, frontier=frontier))

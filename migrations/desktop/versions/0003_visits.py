"""Inspections and draws: the lines of their lists. They are projections: `rebuild` fills them from the journal."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_line",
        sa.Column("visit_id", sa.LargeBinary(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("officers", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("planned_ms", sa.Integer(), nullable=True),
        sa.Column("begun_ms", sa.Integer(), nullable=True),
        sa.Column("closed_ms", sa.Integer(), nullable=True),
        sa.Column("at_ms", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("recheck_ms", sa.Integer(), nullable=True),
        sa.Column("rechecked", sa.Text(), nullable=False),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("visit_id"),
    )
    op.create_index(op.f("ix_visit_line_at_ms"), "visit_line", ["at_ms"], unique=False)
    op.create_index(op.f("ix_visit_line_status"), "visit_line", ["status"], unique=False)
    op.create_index("visit_of_party", "visit_line", ["party_id", "begun_ms"], unique=False)
    op.create_table(
        "draw_line",
        sa.Column("draw_id", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.Integer(), nullable=False),
        sa.Column("picks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("draw_id"),
    )


def downgrade() -> None:
    op.drop_table("draw_line")
    op.drop_index("visit_of_party", table_name="visit_line")
    op.drop_index(op.f("ix_visit_line_status"), table_name="visit_line")
    op.drop_index(op.f("ix_visit_line_at_ms"), table_name="visit_line")
    op.drop_table("visit_line")

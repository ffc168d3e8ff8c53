"""The ordinary procedure: where a case stands, its papers, acts being written."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW = ("procedure", "stage", "turn", "turn_ms", "events")


def upgrade() -> None:
    op.add_column("case_line", sa.Column("procedure", sa.Text(), server_default="summary", nullable=False))
    op.add_column("case_line", sa.Column("stage", sa.Text(), server_default="", nullable=False))
    op.add_column("case_line", sa.Column("turn", sa.Text(), server_default="", nullable=False))
    op.add_column("case_line", sa.Column("turn_ms", sa.Integer(), server_default="0", nullable=False))
    op.add_column("case_line", sa.Column("events", sa.LargeBinary(), server_default="", nullable=False))
    op.create_index(op.f("ix_case_line_turn"), "case_line", ["turn"], unique=False)
    op.create_table(
        "act_draft",
        sa.Column("draft_id", sa.LargeBinary(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("touched_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id"),
    )
    op.create_index(op.f("ix_act_draft_owner"), "act_draft", ["owner"], unique=False)
    op.create_table(
        "paper_line",
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.Integer(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("case_title", sa.Text(), nullable=False),
        sa.Column("prints", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry"),
    )
    op.create_index(op.f("ix_paper_line_case_id"), "paper_line", ["case_id"], unique=False)
    op.create_index(op.f("ix_paper_line_at_ms"), "paper_line", ["at_ms"], unique=False)


def downgrade() -> None:
    op.drop_table("paper_line")
    op.drop_table("act_draft")
    op.drop_index(op.f("ix_case_line_turn"), "case_line")
    for name in NEW:
        op.drop_column("case_line", name)

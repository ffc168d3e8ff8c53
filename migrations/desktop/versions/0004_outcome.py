"""How an ordinary case came out, in its line of the lists: a projection, `rebuild` fills it from the journal. Indexes in which
words and numbers are looked up without reading the lines.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("paper_number", "paper_line", ["at_ms", "entry", "number"], unique=False)
    op.create_index("case_found", "case_line", ["opened_ms", "case_id", "search"], unique=False)
    op.create_index("visit_found", "visit_line", ["at_ms", "visit_id", "search"], unique=False)
    op.create_index("number_found", "number_used", ["number", "case_id"], unique=False)
    op.add_column("case_line", sa.Column("outcome", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_index("case_found", table_name="case_line")
    op.drop_column("case_line", "outcome")
    op.drop_index("visit_found", table_name="visit_line")
    op.drop_index("number_found", table_name="number_used")
    op.drop_index("paper_number", table_name="paper_line")

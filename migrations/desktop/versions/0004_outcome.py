"""How an ordinary case came out, in its line of the lists. It is a projection: `rebuild` fills it from the journal."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_line", sa.Column("outcome", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("case_line", "outcome")

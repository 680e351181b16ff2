"""Originals of earlier versions stay beside those of the current one."""

import sqlalchemy as sa

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("records_document", sa.Column("current", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.execute("DELETE FROM records_document WHERE NOT current")
    op.drop_column("records_document", "current")

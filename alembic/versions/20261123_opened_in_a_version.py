"""Which version of an entry an account has opened: a newer one is new again."""

import sqlalchemy as sa

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chart_opened", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    # what was opened so far was opened as it stands: nothing old turns new by an update of the program
    op.execute(
        "UPDATE chart_opened SET version = COALESCE("
        "(SELECT chart_entry.version FROM chart_entry WHERE chart_entry.id = chart_opened.entry_id), 1)"
    )


def downgrade() -> None:
    op.drop_column("chart_opened", "version")

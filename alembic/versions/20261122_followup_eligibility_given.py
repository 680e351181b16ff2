"""What the physician of a follow-up may read, and that online care was agreed to, kept with what the rules said."""

import sqlalchemy as sa

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("followup_checked") as batch_op:
        batch_op.add_column(sa.Column("given", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("followup_checked") as batch_op:
        batch_op.drop_column("given")

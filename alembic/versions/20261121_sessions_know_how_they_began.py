"""Sessions know how they began, where, and when a second factor was last shown in them."""

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("identity_session") as batch_op:
        batch_op.add_column(sa.Column("method", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("agent", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("address", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("acting_for", sa.String(length=36), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("identity_session") as batch_op:
        for name in ("acting_for", "address", "agent", "proved_at", "method"):
            batch_op.drop_column(name)

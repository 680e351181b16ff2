"""Sessions lock when they are left, an authenticator is changed, and owners are told of failures."""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("identity_session") as batch_op:
        batch_op.add_column(sa.Column("lock_minutes", sa.Integer(), nullable=False, server_default="0"))
    # in place, not by a copy of the table: others refer to its rows
    op.add_column("identity_account", sa.Column("failures_told", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "identity_new_authenticator",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_table(
        "identity_factor_change",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=30), nullable=False),
        sa.Column("agent", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("identity_factor_change") as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_factor_change_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_table("identity_factor_change")
    op.drop_table("identity_new_authenticator")
    op.drop_column("identity_account", "failures_told")
    with op.batch_alter_table("identity_session") as batch_op:
        batch_op.drop_column("lock_minutes")

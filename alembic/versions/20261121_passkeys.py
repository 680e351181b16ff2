"""Passkeys, and the challenges that are answered with them."""

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_passkey",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("credential", sa.String(length=1400), nullable=False),
        sa.Column("handle", sa.String(length=36), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("transports", sa.String(length=80), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doubted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("credential"),
    )
    with op.batch_alter_table("identity_passkey") as batch_op:
        batch_op.create_index("ix_identity_passkey_account_id", ["account_id"], unique=False)

    op.create_table(
        "identity_passkey_challenge",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("blind", sa.String(length=43), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("device", sa.String(length=43), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("identity_passkey_challenge") as batch_op:
        batch_op.create_index("ix_identity_passkey_challenge_blind", ["blind"], unique=False)
        batch_op.create_index("ix_identity_passkey_challenge_expires_at", ["expires_at"], unique=False)


def downgrade() -> None:
    for name in ("identity_passkey_challenge", "identity_passkey"):
        op.drop_table(name)

"""Phone numbers and e-mail addresses that people themselves, or the desk for them, have given."""

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_own_contact",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("blind", sa.String(length=43), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=43), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop", sa.String(length=43), nullable=False),
        sa.Column("by_desk", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("identity_own_contact") as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_own_contact_blind"), ["blind"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_own_contact_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_own_contact_stop"), ["stop"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("identity_own_contact") as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_own_contact_stop"))
        batch_op.drop_index(batch_op.f("ix_identity_own_contact_owner_id"))
        batch_op.drop_index(batch_op.f("ix_identity_own_contact_blind"))

    op.drop_table("identity_own_contact")

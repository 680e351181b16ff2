"""What people agree to, purpose by purpose, and accounts that are being closed."""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identity_person", sa.Column("agreed", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "identity_agreement",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("identity_agreement") as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_agreement_person_id"), ["person_id"], unique=False)
    op.create_table(
        "identity_closing",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("identity_closing") as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_closing_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("identity_closing") as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_closing_account_id"))
    op.drop_table("identity_closing")
    with op.batch_alter_table("identity_agreement") as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_agreement_person_id"))
    op.drop_table("identity_agreement")
    op.drop_column("identity_person", "agreed")  # not in a batch, which would drop the table that links point at

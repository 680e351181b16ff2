"""Guardians: who sees to whose affairs, how far, until when."""

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_guardian",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("guardian_id", sa.String(length=36), nullable=True),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("levels", sa.String(length=30), nullable=False),
        sa.Column("proof", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=43), nullable=False),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["guardian_id"], ["identity_person.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("identity_guardian") as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_guardian_code"), ["code"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_guardian_guardian_id"), ["guardian_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_guardian_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_identity_guardian_living",
            ["person_id", "guardian_id"],
            unique=True,
            sqlite_where=sa.text("state = 'living'"),
            postgresql_where=sa.text("state = 'living'"),
        )


def downgrade() -> None:
    op.drop_table("identity_guardian")

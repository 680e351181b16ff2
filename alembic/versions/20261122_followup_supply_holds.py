"""A time that somebody has chosen is held for them for some minutes."""

import sqlalchemy as sa

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followup_hold",
        sa.Column("slot_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["followup_slot.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.PrimaryKeyConstraint("slot_id"),
        sa.UniqueConstraint("person_id"),
    )


def downgrade() -> None:
    op.drop_table("followup_hold")

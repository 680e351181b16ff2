"""What patients prepare for a follow-up."""

import sqlalchemy as sa

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followup_prepared",
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["followup_appointment.id"]),
        sa.PrimaryKeyConstraint("appointment_id"),
    )


def downgrade() -> None:
    op.drop_table("followup_prepared")

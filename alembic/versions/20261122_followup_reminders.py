"""Patients are reminded of a visit; why one did not take place is noted."""

import sqlalchemy as sa

from alembic import op

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followup_reminder",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["followup_appointment.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("appointment_id", "hours", "starts_at"),
    )
    op.add_column("followup_visit", sa.Column("absent", sa.String(length=10), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("followup_visit", "absent")
    op.drop_table("followup_reminder")

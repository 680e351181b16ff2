"""A follow-up has a kind; a visit by video has two seats, and what its browsers tell each other is on its way."""

import sqlalchemy as sa

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("followup_appointment", sa.Column("kind", sa.String(length=10), nullable=False, server_default="text"))
    op.create_table(
        "followup_video",
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["followup_visit.appointment_id"]),
        sa.PrimaryKeyConstraint("appointment_id"),
    )
    op.create_table(
        "followup_video_seat",
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("tab", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("connected", sa.Boolean(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["followup_visit.appointment_id"]),
        sa.PrimaryKeyConstraint("appointment_id", "side"),
    )
    op.create_table(
        "followup_video_signal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("tab", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["followup_visit.appointment_id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("appointment_id", "tab", "number"),
    )


def downgrade() -> None:
    op.drop_table("followup_video_signal")
    op.drop_table("followup_video_seat")
    op.drop_table("followup_video")
    op.drop_column("followup_appointment", "kind")

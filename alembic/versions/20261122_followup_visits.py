"""Visits that appointments become, and what is said in them."""

import sqlalchemy as sa

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followup_visit",
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("physician_account_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("patient_came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("physician_came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["followup_appointment.id"]),
        sa.ForeignKeyConstraint(["physician_account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("appointment_id"),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "ix_followup_visit_open",
        "followup_visit",
        ["physician_account_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "followup_message",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("speaker_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["followup_visit.appointment_id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("appointment_id", "number"),
        sa.UniqueConstraint("appointment_id", "account_id", "key"),
    )


def downgrade() -> None:
    op.drop_table("followup_message")
    op.drop_index("ix_followup_visit_open", "followup_visit")
    op.drop_table("followup_visit")

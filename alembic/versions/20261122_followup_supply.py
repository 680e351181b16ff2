"""Weekly hours of physicians, days without a clinic, and how a hospital opens its times."""

import sqlalchemy as sa

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followup_clinic",
        sa.Column("physician_account_id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("laid_until", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["physician_account_id"], ["identity_account.id"]),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.PrimaryKeyConstraint("physician_account_id"),
    )
    op.create_index("ix_followup_clinic_organization_id", "followup_clinic", ["organization_id"])
    op.create_table(
        "followup_hours",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("physician_account_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.String(length=30), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_until", sa.String(length=10), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.ForeignKeyConstraint(["physician_account_id"], ["followup_clinic.physician_account_id"]),
        sa.ForeignKeyConstraint(["department_id"], ["identity_department.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_followup_hours_physician_account_id", "followup_hours", ["physician_account_id"])
    op.create_table(
        "followup_day_off",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("physician_account_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organization_id", "physician_account_id", "day"),
    )
    op.create_table(
        "followup_opening",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("days_ahead", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.String(length=5), nullable=False),
        sa.Column("cancel_hours", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.ForeignKeyConstraint(["changed_by"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("organization_id"),
    )
    op.add_column("followup_slot", sa.Column("hours_id", sa.String(length=36), nullable=True))
    op.add_column("followup_slot", sa.Column("kinds", sa.String(length=30), nullable=False, server_default="text"))


def downgrade() -> None:
    op.execute("UPDATE followup_slot SET state = 'closed' WHERE state = 'withdrawn'")
    op.drop_column("followup_slot", "kinds")
    op.drop_column("followup_slot", "hours_id")
    for name in ("opening", "day_off", "hours", "clinic"):
        op.drop_table(f"followup_{name}")

"""Patients wait for a time; the hospital says for how long a freed one is offered to each."""

import sqlalchemy as sa

from alembic import op

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followup_waiting",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("physician_account_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("until_day", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("slot_id", sa.String(length=36), nullable=False),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.ForeignKeyConstraint(["department_id"], ["identity_department.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    live = sa.text("state IN ('waiting', 'offered')")
    op.create_index(
        "ix_followup_waiting_live",
        "followup_waiting",
        ["person_id", "department_id", "physician_account_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("ix_followup_waiting_place", "followup_waiting", ["department_id", "state", "created_at"])
    op.add_column("followup_opening", sa.Column("offer_minutes", sa.Integer(), nullable=False, server_default="30"))


def downgrade() -> None:
    op.drop_column("followup_opening", "offer_minutes")
    op.drop_index("ix_followup_waiting_place", "followup_waiting")
    op.drop_index("ix_followup_waiting_live", "followup_waiting")
    op.drop_table("followup_waiting")

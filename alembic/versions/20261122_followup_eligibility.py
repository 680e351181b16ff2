"""What was answered before booking, and what the rules of online follow-up said."""

import sqlalchemy as sa

from alembic import op

revision = "0023"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followup_checked",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("physician_account_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("verdict", sa.LargeBinary(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.ForeignKeyConstraint(["physician_account_id"], ["identity_account.id"]),
        sa.ForeignKeyConstraint(["department_id"], ["identity_department.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_followup_checked_person",
        "followup_checked",
        ["person_id", "physician_account_id", "department_id", "made_at"],
        unique=False,
    )
    op.create_index("ix_followup_checked_appointment", "followup_checked", ["appointment_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_followup_checked_appointment", table_name="followup_checked")
    op.drop_index("ix_followup_checked_person", table_name="followup_checked")
    op.drop_table("followup_checked")

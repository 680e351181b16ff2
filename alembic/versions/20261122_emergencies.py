"""Charts that were opened in an emergency, and what their review found."""

import sqlalchemy as sa

from alembic import op

revision = "0020"
down_revision = "0022a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent_emergency",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("named_by", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(length=20), nullable=False),
        sa.Column("review_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewer_account_id", sa.String(length=36), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["identity_account.id"]),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.ForeignKeyConstraint(["reviewer_account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_consent_emergency_person", "consent_emergency", ["person_id", "until_at"])
    op.create_index("ix_consent_emergency_physician", "consent_emergency", ["account_id", "from_at"])
    op.create_index("ix_consent_emergency_unended", "consent_emergency", ["ended_at", "until_at"])
    op.create_index(
        "ix_consent_emergency_review", "consent_emergency", ["organization_id", "reviewed_at", "review_due_at"]
    )


def downgrade() -> None:
    op.drop_table("consent_emergency")

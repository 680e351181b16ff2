"""Questions on past visits, and a hospital's rule for them."""

import sqlalchemy as sa

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followup_asking_rule",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.ForeignKeyConstraint(["changed_by"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("organization_id"),
    )
    op.create_table(
        "followup_question",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("physician_account_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("speaker_id", sa.String(length=36), nullable=False),
        sa.Column("follows", sa.String(length=36), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("taken_by", sa.String(length=36), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["appointment_id"], ["followup_appointment.id"]),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.ForeignKeyConstraint(["department_id"], ["identity_department.id"]),
        sa.ForeignKeyConstraint(["physician_account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("appointment_id", "number"),
    )
    further = sa.text("follows <> ''")
    op.create_index(
        "ix_followup_question_further",
        "followup_question",
        ["follows"],
        unique=True,
        sqlite_where=further,
        postgresql_where=further,
    )
    op.create_index("ix_followup_question_department", "followup_question", ["department_id", "state", "due_at"])
    op.create_index("ix_followup_question_physician", "followup_question", ["physician_account_id", "state", "due_at"])


def downgrade() -> None:
    op.drop_index("ix_followup_question_physician", "followup_question")
    op.drop_index("ix_followup_question_department", "followup_question")
    op.drop_index("ix_followup_question_further", "followup_question")
    op.drop_table("followup_question")
    op.drop_table("followup_asking_rule")

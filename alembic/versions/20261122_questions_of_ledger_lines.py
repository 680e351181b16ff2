"""Questions that patients ask of lines of their ledger, and the answers."""

import sqlalchemy as sa

from alembic import op

revision = "0019"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_question",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("line_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("asker_account_id", sa.String(length=36), nullable=False),
        sa.Column("by_guardian", sa.Boolean(), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("reader_account_id", sa.String(length=36), nullable=False),
        sa.Column("record_class", sa.String(length=20), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.ForeignKeyConstraint(["reader_account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("line_id"),
    )
    op.create_index("ix_access_question_person", "access_question", ["person_id", "asked_at"])
    op.create_index("ix_access_question_reader", "access_question", ["reader_account_id", "state", "due_at"])
    op.create_index("ix_access_question_organization", "access_question", ["organization_id", "state", "due_at"])
    op.create_index("ix_access_question_due", "access_question", ["state", "overdue_at", "due_at"])


def downgrade() -> None:
    op.drop_table("access_question")

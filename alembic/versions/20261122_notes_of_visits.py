"""The physician's note of a visit, what was signed, templates, and by what a second factor was shown."""

import sqlalchemy as sa

from alembic import op

revision = "0029"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identity_session", sa.Column("proved_by", sa.String(length=20), nullable=False, server_default=""))
    op.create_table(
        "followup_note",
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("physician_account_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(length=36), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["followup_visit.appointment_id"]),
        sa.ForeignKeyConstraint(["physician_account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("appointment_id"),
    )
    op.create_table(
        "followup_signed_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("physician_account_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("factor", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["followup_visit.appointment_id"]),
        sa.ForeignKeyConstraint(["physician_account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("appointment_id", "number"),
    )
    op.create_table(
        "followup_template",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("physician_account_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["physician_account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_followup_template_physician_account_id", "followup_template", ["physician_account_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("followup_template")
    op.drop_table("followup_signed_note")
    op.drop_table("followup_note")
    op.drop_column("identity_session", "proved_by")

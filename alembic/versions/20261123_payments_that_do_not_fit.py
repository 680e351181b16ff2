"""Payments that a hospital refused are kept until somebody has seen to them; prescriptions say when they lapsed."""

import sqlalchemy as sa

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prescribing_unfit_payment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organization_id", "mark"),
    )
    op.create_index(
        "ix_prescribing_unfit_payment_open", "prescribing_unfit_payment", ["organization_id", "settled_at", "last_at"]
    )
    op.add_column("prescribing_prescription", sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True))
    lapsing = sa.text("state IN ('signed', 'approved') AND lapsed_at IS NULL")
    op.create_index(
        "ix_prescribing_prescription_lapsing",
        "prescribing_prescription",
        ["signed_at"],
        sqlite_where=lapsing,
        postgresql_where=lapsing,
    )


def downgrade() -> None:
    op.drop_index("ix_prescribing_prescription_lapsing", "prescribing_prescription")
    op.drop_column("prescribing_prescription", "lapsed_at")
    op.drop_index("ix_prescribing_unfit_payment_open", "prescribing_unfit_payment")
    op.drop_table("prescribing_unfit_payment")

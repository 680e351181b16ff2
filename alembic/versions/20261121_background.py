"""What hospitals say of a patient apart from any visit."""

import sqlalchemy as sa

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chart_background",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("feed_id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=22), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.ForeignKeyConstraint(["record_id"], ["identity_patient_record.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("feed_id", "record_id"),
    )
    with op.batch_alter_table("chart_background") as batch_op:
        batch_op.create_index(batch_op.f("ix_chart_background_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_chart_background_record_id"), ["record_id"], unique=False)


def downgrade() -> None:
    op.drop_table("chart_background")

"""When a physician answered what was asked for: how long patients wait for that is told from it."""

import sqlalchemy as sa

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("followup_appointment", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_followup_appointment_slot", "followup_appointment", ["slot_id"])


def downgrade() -> None:
    op.drop_index("ix_followup_appointment_slot", "followup_appointment")
    op.drop_column("followup_appointment", "answered_at")

"""How the physician who asks has named the patient; until now it was by visit card."""

import sqlalchemy as sa

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "consent_request", sa.Column("asked_by", sa.String(length=12), nullable=False, server_default="visit_card")
    )


def downgrade() -> None:
    op.drop_column("consent_request", "asked_by")

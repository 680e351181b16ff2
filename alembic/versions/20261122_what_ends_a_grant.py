"""What ends a grant besides a number of hours: an instant, its one opening, or a follow-up."""

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consent_request") as batch_op:
        batch_op.add_column(sa.Column("until_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ends_with", sa.String(length=10), nullable=False, server_default=""))
    with op.batch_alter_table("consent_grant") as batch_op:
        batch_op.add_column(sa.Column("ends_with", sa.String(length=10), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("visit_id", sa.String(length=36), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("opener_session", sa.String(length=36), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("opener_screen", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_consent_grant_unended", ["ended_at", "until_at"], unique=False)
        batch_op.create_index("ix_consent_grant_visit", ["visit_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("consent_grant") as batch_op:
        batch_op.drop_index("ix_consent_grant_visit")
        batch_op.drop_index("ix_consent_grant_unended")
        for name in ("kept_until", "opener_screen", "opener_session", "visit_id", "ends_with"):
            batch_op.drop_column(name)
    for name in ("ends_with", "until_at"):  # in place: grants point at these rows
        op.drop_column("consent_request", name)

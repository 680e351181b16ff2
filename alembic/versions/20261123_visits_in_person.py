"""Visits in person: where one comes to, waiting for one, and what may be read at one."""

import sqlalchemy as sa

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_LIVE = sa.text("state IN ('waiting', 'offered')")
_NAME, _PLACE = "ix_followup_waiting_live", ["person_id", "department_id", "physician_account_id"]


def upgrade() -> None:
    op.add_column("followup_slot", sa.Column("room", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("followup_hours", sa.Column("room", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("followup_waiting", sa.Column("kind", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("followup_appointment", sa.Column("given", sa.LargeBinary(), nullable=True))
    op.drop_index(_NAME, "followup_waiting")
    op.create_index(
        _NAME, "followup_waiting", [*_PLACE, "kind"], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
    )


def downgrade() -> None:
    # the older index knows one place a physician: who waits in person is taken off, and is told so by the list
    op.execute("UPDATE followup_waiting SET state = 'over' WHERE kind <> '' AND state IN ('waiting', 'offered')")
    op.drop_index(_NAME, "followup_waiting")
    op.create_index(_NAME, "followup_waiting", _PLACE, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
    op.drop_column("followup_appointment", "given")
    op.drop_column("followup_waiting", "kind")
    op.drop_column("followup_hours", "room")
    op.drop_column("followup_slot", "room")

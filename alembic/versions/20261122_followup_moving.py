"""A visit is moved to another time; a physician proposes one, which is kept for its patient."""

import sqlalchemy as sa

from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

_CHOSEN = sa.text("kind = 'chosen'")


def upgrade() -> None:
    op.drop_index("ix_followup_slot_free", "followup_slot")
    op.create_index("ix_followup_slot_place", "followup_slot", ["department_id", "physician_account_id", "starts_at"])
    op.rename_table("followup_hold", "followup_hold_before")
    op.create_table(
        "followup_hold",
        sa.Column("slot_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["followup_slot.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.PrimaryKeyConstraint("slot_id"),
    )
    op.execute(
        "INSERT INTO followup_hold (slot_id, person_id, until_at, kind, appointment_id, times)"
        " SELECT slot_id, person_id, until_at, 'chosen', '', 1 FROM followup_hold_before"
    )
    op.drop_table("followup_hold_before")
    op.create_index(
        "ix_followup_hold_chosen",
        "followup_hold",
        ["person_id"],
        unique=True,
        sqlite_where=_CHOSEN,
        postgresql_where=_CHOSEN,
    )
    op.create_index("ix_followup_hold_appointment", "followup_hold", ["appointment_id"])
    op.add_column("followup_appointment", sa.Column("moved", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_index("ix_followup_slot_place", "followup_slot")
    op.create_index("ix_followup_slot_free", "followup_slot", ["department_id", "starts_at"])
    op.drop_column("followup_appointment", "moved")
    op.drop_index("ix_followup_hold_appointment", "followup_hold")
    op.drop_index("ix_followup_hold_chosen", "followup_hold")
    op.rename_table("followup_hold", "followup_hold_after")
    op.create_table(
        "followup_hold",
        sa.Column("slot_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["followup_slot.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.PrimaryKeyConstraint("slot_id"),
        sa.UniqueConstraint("person_id"),
    )
    op.execute(
        "INSERT INTO followup_hold (slot_id, person_id, until_at) SELECT slot_id, person_id, until_at"
        " FROM followup_hold_after"
        " WHERE slot_id IN (SELECT min(slot_id) FROM followup_hold_after GROUP BY person_id)"
    )
    op.drop_table("followup_hold_after")

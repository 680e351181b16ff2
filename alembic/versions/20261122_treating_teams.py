"""Treating teams: whether a hospital lets them read, and since when one has read in a visit."""

import sqlalchemy as sa

from alembic import op

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visibility_team_switch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organization_id", "version"),
    )
    op.create_table(
        "chart_team_reading",
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["identity_department.id"]),
        sa.ForeignKeyConstraint(["encounter_id"], ["chart_encounter.id"]),
        sa.PrimaryKeyConstraint("encounter_id", "department_id"),
    )
    op.create_index("ix_chart_encounter_team", "chart_encounter", ["department_id", "status", "occurred_at"])


def downgrade() -> None:
    op.drop_index("ix_chart_encounter_team", table_name="chart_encounter")
    op.drop_table("chart_team_reading")
    op.drop_table("visibility_team_switch")

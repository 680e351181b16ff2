"""How far each feed is complete; feeds of yesterday promise nothing until their hospital says what they do."""

import sqlalchemy as sa

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_FEEDS_OF_YESTERDAY = """
    INSERT INTO chart_source
        (feed_id, organization_id, name_zh, name_en, cycle, patience_hours, state, complete_to, tried_at)
    SELECT feed.id, feed.organization_id, '', '', 'none', 0, 'whole', max(run.started_at), max(run.started_at)
    FROM ingest_feed AS feed JOIN ingest_run AS run ON run.feed_id = feed.id AND run.state = 'done'
    GROUP BY feed.id, feed.organization_id
"""


def upgrade() -> None:
    op.create_table(
        "chart_source",
        sa.Column("feed_id", sa.String(length=36), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("cycle", sa.String(length=10), nullable=False),
        sa.Column("patience_hours", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("complete_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["identity_organization.id"]),
        sa.PrimaryKeyConstraint("feed_id"),
    )
    op.create_table(
        "chart_gap",
        sa.Column("feed_id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.ForeignKeyConstraint(["record_id"], ["identity_patient_record.id"]),
        sa.PrimaryKeyConstraint("feed_id", "record_id"),
    )
    with op.batch_alter_table("chart_source") as batch_op:
        batch_op.create_index(batch_op.f("ix_chart_source_organization_id"), ["organization_id"], unique=False)
    with op.batch_alter_table("chart_gap") as batch_op:
        batch_op.create_index(batch_op.f("ix_chart_gap_person_id"), ["person_id"], unique=False)
    op.execute(_FEEDS_OF_YESTERDAY)


def downgrade() -> None:
    op.drop_table("chart_gap")
    op.drop_table("chart_source")

"""Words of entries, to search in: sealed, one row a version; those of yesterday are made as they are searched."""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "records_words",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["chart_entry.id"]),
        sa.ForeignKeyConstraint(["id"], ["chart_entry_version.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("records_words") as batch_op:
        batch_op.create_index(batch_op.f("ix_records_words_entry_id"), ["entry_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("records_words") as batch_op:
        batch_op.drop_index(batch_op.f("ix_records_words_entry_id"))

    op.drop_table("records_words")

"""Links that open chosen records, their files, and who opened them."""

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "links_link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=True),
        sa.Column("passcode", sa.String(), nullable=False),
        sa.Column("summary", sa.Boolean(), nullable=False),
        sa.Column("classes", sa.String(length=120), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(length=20), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity_account.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["identity_person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_links_link_person", "links_link", ["person_id", "until_at"])
    op.create_table(
        "links_file",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("link_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["links_link.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_links_file_link_id", "links_file", ["link_id"])
    op.create_table(
        "links_opening",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("link_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("agent", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["links_link.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_links_opening_link_id", "links_opening", ["link_id"])


def downgrade() -> None:
    op.drop_table("links_opening")
    op.drop_table("links_file")
    op.drop_table("links_link")

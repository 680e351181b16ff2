"""An inbox in the app, choices of channels, subscriptions of browsers; messages are counted by owner and address."""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notify_choice",
        sa.Column("owner", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "subject", "channel"),
    )
    op.create_table(
        "notify_news",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("params", sa.LargeBinary(), nullable=True),
        sa.Column("link", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("notify_news") as batch_op:
        batch_op.create_index(batch_op.f("ix_notify_news_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notify_news_owner"), ["owner"], unique=False)

    op.create_table(
        "notify_quiet_hours",
        sa.Column("owner", sa.String(length=36), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner"),
    )
    op.create_table(
        "notify_subscription",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=43), nullable=False),
        sa.Column("blind", sa.String(length=43), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("last_message", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("notify_subscription") as batch_op:
        batch_op.create_index(batch_op.f("ix_notify_subscription_blind"), ["blind"], unique=False)
        batch_op.create_index(batch_op.f("ix_notify_subscription_device"), ["device"], unique=False)
        batch_op.create_index(batch_op.f("ix_notify_subscription_owner"), ["owner"], unique=False)

    with op.batch_alter_table("notify_outgoing") as batch_op:
        batch_op.add_column(sa.Column("owner", sa.String(length=36), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("blind", sa.String(length=43), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_notify_outgoing_blind"), ["blind"], unique=False)
        batch_op.create_index(batch_op.f("ix_notify_outgoing_owner"), ["owner"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notify_outgoing") as batch_op:
        batch_op.drop_index(batch_op.f("ix_notify_outgoing_owner"))
        batch_op.drop_index(batch_op.f("ix_notify_outgoing_blind"))
        batch_op.drop_column("blind")
        batch_op.drop_column("owner")

    with op.batch_alter_table("notify_subscription") as batch_op:
        batch_op.drop_index(batch_op.f("ix_notify_subscription_owner"))
        batch_op.drop_index(batch_op.f("ix_notify_subscription_device"))
        batch_op.drop_index(batch_op.f("ix_notify_subscription_blind"))

    op.drop_table("notify_subscription")
    op.drop_table("notify_quiet_hours")
    with op.batch_alter_table("notify_news") as batch_op:
        batch_op.drop_index(batch_op.f("ix_notify_news_owner"))
        batch_op.drop_index(batch_op.f("ix_notify_news_at"))

    op.drop_table("notify_news")
    op.drop_table("notify_choice")

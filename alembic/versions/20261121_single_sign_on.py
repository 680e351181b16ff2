"""Single sign-on: who a provider's subject is here, attempts under way, the sessions it began."""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_provider_attempt",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=43), nullable=False),
        sa.Column("secret", sa.String(length=43), nullable=False),
        sa.Column("device", sa.String(length=43), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("identity_provider_attempt") as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_provider_attempt_device"), ["device"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_provider_attempt_state"), ["state"], unique=False)

    op.create_table(
        "identity_provider_identity",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("blind", sa.String(length=43), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity_account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("blind"),
    )
    with op.batch_alter_table("identity_provider_identity") as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_provider_identity_account_id"), ["account_id"], unique=False)

    op.create_table(
        "identity_provider_session",
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=43), nullable=False),
        sa.Column("sid", sa.String(length=43), nullable=False),
        sa.Column("id_token", sa.LargeBinary(), nullable=True),
        sa.Column("assurance", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["identity_session.id"]),
        sa.PrimaryKeyConstraint("session_id"),
    )
    with op.batch_alter_table("identity_provider_session") as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_provider_session_sid"), ["sid"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_provider_session_subject"), ["subject"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("identity_provider_session") as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_provider_session_subject"))
        batch_op.drop_index(batch_op.f("ix_identity_provider_session_sid"))

    op.drop_table("identity_provider_session")
    with op.batch_alter_table("identity_provider_identity") as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_provider_identity_account_id"))

    op.drop_table("identity_provider_identity")
    with op.batch_alter_table("identity_provider_attempt") as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_provider_attempt_state"))
        batch_op.drop_index(batch_op.f("ix_identity_provider_attempt_device"))

    op.drop_table("identity_provider_attempt")

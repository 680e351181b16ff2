"""Who can be told what is done with their records: only they are read on a ground that they need not have given."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.identity.models import Account, Closing, Person


def is_informed(session: Session, person_id: str) -> bool:
    """Tell whether a person has an account that lives, whose owner has agreed to the notice and is not closing it."""
    closing = select(Closing.id).where(
        Closing.account_id == Account.id, col(Closing.undone_at).is_(None), col(Closing.erased_at).is_(None)
    )
    found = session.exec(
        select(Account.id)
        .join(Person, col(Person.id) == Account.person_id)
        .where(Account.person_id == person_id, Account.state == "active", Person.agreed > 0, ~closing.exists())
    ).first()
    return found is not None

"""Word to a patient and to the guardians who see to such affairs: each in their own inbox and by their own channels.

A guardian's line says for whom, and leads through acting for that person to where the patient's own line leads. Outside
the app neither says more than the kind of news.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from health_cloud.core.words import Words
from health_cloud.identity.service import alerts
from health_cloud.identity.service.people import person_name
from health_cloud.identity.service.relations import guardians_with
from health_cloud.notify.views import Kind


def tell(
    session: Session,
    person_id: str,
    key: str,
    key_of: str,
    *,
    kind: Kind,
    link: str,
    levels: Sequence[str] = ("decide",),
    **params: str | Words,
) -> bool:
    """Tell a patient, and everybody who sees to such affairs for them now, what happened; see `alerts.tell`.

    Args:
        session: the transaction of what it tells about.
        person_id: the patient; one without an account is told through their guardians alone.
        key: text of the patient's own line.
        key_of: text of a guardian's line, which says of whom it is by `name`.
        kind: what it is about, which is all that is said outside.
        link: path in the app where more is to be seen, as the patient sees it.
        levels: guardians who were given any of these are told.
        params: placeholders of both lines.

    Returns:
        Whether it reached anybody.
    """
    reached = alerts.tell_person(session, person_id, key, kind=kind, link=link, **params)
    guardians = guardians_with(session, person_id, *levels)
    name = person_name(session, person_id) if guardians else Words()
    for guardian_id, relation_id in guardians.items():
        to = way(relation_id, link)
        reached |= alerts.tell_person(session, guardian_id, key_of, kind=kind, link=to, name=name, **params)
    return reached


def way(relation_id: str, link: str) -> str:
    """Return the path by which a guardian comes to a page of whom they act for."""
    return f"/me/guardians?for={relation_id}&then={link}"

"""Formularies: loaded as an offer, looked at with what it changes, taken or left; what is prescribed from is taken."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from typing import Any, cast

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, decide
from health_cloud.core.words import Words
from health_cloud.identity.service import directory
from health_cloud.identity.service.people import account_names
from health_cloud.prescribing.models import Formulary, FormularyLine
from health_cloud.prescribing.service.reading import read
from health_cloud.prescribing.views.formulary import (
    Allergy,
    Contents,
    Difference,
    FormularyPage,
    Group,
    Interaction,
    Medicine,
    VersionRow,
)

Line = Medicine | Group | Interaction | Allergy
_KINDS: dict[str, type[Line]] = {
    "medicine": Medicine,
    "group": Group,
    "interaction": Interaction,
    "allergy": Allergy,
}
_LINES = SQLModel.metadata.tables["prescribing_formulary_line"]
_SHOWN, _BEFORE = 200, 10
_KEPT = 64
_kept: dict[str, Contents] = {}


def formulary_topic(organization_id: str) -> str:
    """Return the topic of what a hospital prescribes."""
    return f"formulary:{organization_id}"


def load_formulary(session: Session, actor: Actor, raw: bytes, organization_id: str = "") -> VersionRow:
    """Load a file as an offer; it is prescribed from once it is taken. An offer before it is left.

    Args:
        session: the transaction.
        actor: staff of the hospital, or the system.
        raw: the file; see docs/formulary.md.
        organization_id: the hospital, where the system loads.

    Raises:
        Denied: the actor may not.
        Invalid: the file cannot be taken; `Unreadable` says why by line.
        Conflict: it is the one in force, or another was loaded at the same moment.
    """
    hospital = _allowed(actor, organization_id)
    contents = read(raw)
    digest = hashlib.sha256(raw).hexdigest()
    in_force = _taken(session, hospital)
    if in_force is not None and in_force.hash == digest:
        raise Conflict("prescribing.formulary.error.same")
    for old in session.exec(_of(hospital).where(Formulary.state == "offered")).all():
        old.state = "left"
        session.add(old)
    last = session.exec(select(func.max(Formulary.number)).where(Formulary.organization_id == hospital)).one()
    row = Formulary(
        organization_id=hospital, number=(last or 0) + 1, hash=digest, loaded_by=actor.account_id, loaded_at=clock.now()
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict from None
    lines = [
        {
            "id": new_id(),
            "formulary_id": row.id,
            "kind": kind,
            "code": each.code,
            "place": place,
            "body": json.dumps(asdict(each), ensure_ascii=False),
        }
        for place, (kind, each) in enumerate(_lines(contents))
    ]
    session.connection().execute(insert(_LINES), lines)
    _line(session, actor, row, "loaded")
    changes.note(session, formulary_topic(hospital))
    return _version(session, row)


def take_formulary(session: Session, actor: Actor, formulary_id: str) -> None:
    """Prescribe from an offered version from now on; drafts are checked against it.

    Raises:
        Denied: the actor may not.
        NotFound: absent, or another hospital's.
        Conflict: it is not offered (any more).
    """
    row = _found(session, actor, formulary_id)
    if row.state != "offered":
        raise Conflict("prescribing.formulary.error.gone")
    before = _taken(session, row.organization_id)
    if before is not None:
        before.state = "replaced"
        session.add(before)
        session.flush()
    row.state, row.taken_by, row.taken_at = "taken", actor.account_id, clock.now()
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict from None
    _line(session, actor, row, "taken")
    changes.note(session, formulary_topic(row.organization_id))


def take_loaded(session: Session, actor: Actor, organization_id: str, formulary_id: str) -> None:
    """Take what the system itself has loaded for a hospital; see `take_formulary`.

    Raises:
        Denied, NotFound, Conflict: as `take_formulary`.
    """
    take_formulary(session, replace(actor, organization_id=organization_id), formulary_id)


def leave_formulary(session: Session, actor: Actor, formulary_id: str) -> None:
    """Leave an offered version; what is in force stays.

    Raises:
        Denied: the actor may not.
        NotFound: absent, or another hospital's.
        Conflict: it is not offered (any more).
    """
    row = _found(session, actor, formulary_id)
    if row.state != "offered":
        raise Conflict("prescribing.formulary.error.gone")
    row.state = "left"
    session.add(row)
    _line(session, actor, row, "left")
    changes.note(session, formulary_topic(row.organization_id))


def formulary_page(session: Session, actor: Actor) -> FormularyPage:
    """Return the versions of the actor's own hospital, and what an offered one would change.

    Raises:
        Denied: the actor may not.
    """
    hospital = _allowed(actor, "")
    taken = _taken(session, hospital)
    offered = session.exec(_of(hospital).where(Formulary.state == "offered")).first()
    before = session.exec(
        _of(hospital).where(Formulary.state == "replaced").order_by(col(Formulary.number).desc()).limit(_BEFORE)
    ).all()
    different = list(_differences(session, taken, offered)) if offered is not None else []
    counts = Counter(each.what for each in different)
    return FormularyPage(
        taken=_version(session, taken) if taken is not None else VersionRow(),
        offered=_version(session, offered) if offered is not None else VersionRow(),
        differences=tuple(different[:_SHOWN]),
        added=counts["added"],
        changed=counts["changed"],
        dropped=counts["dropped"],
        before=tuple(_version(session, row) for row in before),
    )


def in_force(session: Session, organization_id: str) -> tuple[str, Contents]:
    """Return id and lines of what a hospital prescribes from now; nothing where it has taken none."""
    row = _taken(session, organization_id)
    return (row.id, contents_of(session, row.id)) if row is not None else ("", Contents())


def contents_of(session: Session, formulary_id: str) -> Contents:
    """Return the lines of a version. They never change, so that each process reads them once."""
    kept = _kept.get(formulary_id)
    if kept is not None:
        return kept
    found = Contents()
    query = select(FormularyLine).where(FormularyLine.formulary_id == formulary_id).order_by(col(FormularyLine.place))
    for line in session.exec(query).all():
        _part(found, line.kind)[line.code] = _made(_KINDS[line.kind], json.loads(line.body))
    if len(_kept) >= _KEPT:
        _kept.clear()
    _kept[formulary_id] = found
    return found


def _part(contents: Contents, kind: str) -> dict[str, Any]:
    parts: dict[str, dict[str, Any]] = {
        "medicine": contents.medicines,
        "group": contents.groups,
        "interaction": contents.interactions,
        "allergy": contents.allergies,
    }
    return parts[kind]


def _made(kind: type[Line], body: dict[str, Any]) -> Line:
    return kind(**{name: _value(each) for name, each in body.items()})


def _value(given: Any) -> Any:
    if isinstance(given, dict):
        return Words(**cast("dict[str, str]", given))
    return tuple(cast("list[str]", given)) if isinstance(given, list) else given


def _lines(contents: Contents) -> Iterator[tuple[str, Line]]:
    for kind in _KINDS:
        for each in _part(contents, kind).values():
            yield kind, each


def _differences(session: Session, taken: Formulary | None, offered: Formulary) -> Iterator[Difference]:
    before = contents_of(session, taken.id) if taken is not None else Contents()
    after = contents_of(session, offered.id)
    for kind in _KINDS:
        old, new = _part(before, kind), _part(after, kind)
        for code, line in new.items():
            if code not in old:
                yield Difference("added", kind, code, _called(line))
            elif old[code] != line:
                names = [each.name for each in fields(line)]
                other = [name for name in names if getattr(line, name) != getattr(old[code], name)]
                yield Difference("changed", kind, code, _called(line), ", ".join(other))
        for code, line in old.items():
            if code not in new:
                yield Difference("dropped", kind, code, _called(line))


def _called(line: Line) -> Words:
    if isinstance(line, Medicine):
        return line.title
    return line.words if isinstance(line, Interaction) else line.name


def _of(organization_id: str) -> SelectOfScalar[Formulary]:
    return select(Formulary).where(Formulary.organization_id == organization_id)


def _taken(session: Session, organization_id: str) -> Formulary | None:
    return session.exec(_of(organization_id).where(Formulary.state == "taken")).first()


def _found(session: Session, actor: Actor, formulary_id: str) -> Formulary:
    hospital = _allowed(actor, actor.organization_id)
    row = session.get(Formulary, formulary_id, with_for_update=True) if is_id(formulary_id) else None
    if row is None or row.organization_id != hospital:
        raise NotFound
    return row


def _allowed(actor: Actor, organization_id: str) -> str:
    """Return for which hospital the actor manages the formulary.

    Raises:
        Denied: for none.
    """
    decision = decide(actor, Action.MANAGE_FORMULARY)
    hospital = actor.organization_id or organization_id
    if not decision.allowed or not hospital:
        raise Denied(action=Action.MANAGE_FORMULARY.value)
    return hospital


def hospital_of(session: Session, code: str) -> str:
    """Return the id of a hospital by its code; empty means the only one there is.

    Raises:
        Invalid: no such hospital, or several and none named.
    """
    known = {each: organization_id for organization_id, each in directory.codes(session).items()}
    if not code and len(known) == 1:
        return next(iter(known.values()))
    if code not in known:
        raise Invalid("identity.error.organization", field="organization")
    return known[code]


def _version(session: Session, row: Formulary) -> VersionRow:
    counted = dict(
        session.exec(
            select(FormularyLine.kind, func.count())
            .where(FormularyLine.formulary_id == row.id)
            .group_by(FormularyLine.kind)
        ).all()
    )
    name, _ = account_names(session, {row.loaded_by}).get(row.loaded_by, (Words(), Words()))
    return VersionRow(
        id=row.id,
        number=row.number,
        state=row.state,
        loaded_at=row.loaded_at.isoformat(),
        by=name,
        medicines=counted.get("medicine", 0),
        groups=counted.get("group", 0),
        interactions=counted.get("interaction", 0),
        allergies=counted.get("allergy", 0),
    )


def _line(session: Session, actor: Actor, row: Formulary, what: str) -> None:
    ledger.write(
        session,
        actor,
        Action.MANAGE_FORMULARY,
        ledger.DONE,
        detail={"formulary": row.id, "number": row.number, "hash": row.hash, "what": what},
    )

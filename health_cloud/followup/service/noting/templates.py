"""A physician's own templates: pieces of note that are written again and again. Nobody else sees them."""

from __future__ import annotations

import json
from dataclasses import replace

from sqlmodel import Session, select

from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, decide
from health_cloud.followup.models import Template
from health_cloud.followup.service.noting import drafts
from health_cloud.followup.service.noting.content import LONGEST
from health_cloud.followup.views import TemplateRow

MOST = 30
LONGEST_NAME = 40
_FIELDS = ("situation", "judgement", "plan")
_NAME, _BODY = "followup_template.name", "followup_template.body"
_BEGINS = 60


def templates_of(session: Session, actor: Actor) -> tuple[TemplateRow, ...]:
    """Return a physician's templates by name.

    Raises:
        Denied: not a physician.
    """
    _check(actor)
    own = session.exec(select(Template).where(Template.physician_account_id == actor.account_id)).all()
    shown = [TemplateRow(row.id, _name(row), _begins(row)) for row in own]
    return tuple(sorted(shown, key=lambda each: each.name))


def keep_template(session: Session, actor: Actor, appointment_id: str, name: object) -> None:
    """Make a template of the text of a note as it is kept; a diagnosis and a referral are of that patient and stay out.

    Raises:
        Denied: not a physician.
        NotFound: the visit is absent, somebody else's, or was never accepted.
        Invalid: the name is missing, too long, or taken, or the note says nothing yet.
        Conflict: there are as many as fit.
    """
    _check(actor)
    _, _, _, note = drafts.found(session, actor, appointment_id, Action.WRITE_NOTE)
    written = drafts.written_in(note)
    body = {field: getattr(written, field) for field in _FIELDS}
    if not any(body.values()):
        raise Invalid("followup.template.error.empty", field="template_name")
    own = templates_of(session, actor)
    if len(own) >= MOST:
        raise Conflict("followup.template.error.many", most=MOST)
    row_id, now = new_id(), clock.now()
    session.add(
        Template(
            id=row_id,
            physician_account_id=actor.account_id,
            name=seal_text(_read_name(own, name), _NAME, row_id),
            body=seal_text(json.dumps(body, ensure_ascii=False), _BODY, row_id),
            changed_at=now,
        )
    )
    session.flush()


def rename_template(session: Session, actor: Actor, template_id: str, name: object) -> None:
    """Call a template something else.

    Raises:
        Denied: not a physician.
        NotFound: absent or somebody else's.
        Invalid: the name is missing, too long, or taken.
    """
    row = _own(session, actor, template_id)
    others = tuple(each for each in templates_of(session, actor) if each.id != row.id)
    row.name, row.changed_at = seal_text(_read_name(others, name), _NAME, row.id), clock.now()
    session.add(row)


def remove_template(session: Session, actor: Actor, template_id: str) -> None:
    """Remove a template; notes that were made with it stay.

    Raises:
        Denied: not a physician.
        NotFound: absent or somebody else's.
    """
    session.delete(_own(session, actor, template_id))


def insert_template(session: Session, actor: Actor, appointment_id: str, template_id: str) -> None:
    """Write a template's text under what the note says already.

    Raises:
        Denied: not a physician.
        NotFound: absent or somebody else's.
        Invalid: it would be too long; `field` says where.
        Conflict: the note cannot be written (now).
    """
    row = _own(session, actor, template_id)
    appointment, _, visit, note = drafts.found(session, actor, appointment_id, Action.WRITE_NOTE)
    drafts.check_editable(visit, note)
    body: dict[str, str] = json.loads(unseal_text(row.body, _BODY, row.id))
    written = drafts.written_in(note)
    joined = {field: "\n".join(filter(None, (getattr(written, field), body.get(field, "")))) for field in _FIELDS}
    for field, text in joined.items():
        if len(text) > LONGEST[field]:
            raise Invalid("followup.error.too_long", field=field, longest=LONGEST[field])
    drafts.keep(session, actor, appointment, note, replace(written, **joined), "")


def _check(actor: Actor) -> None:
    if not decide(actor, Action.KEEP_TEMPLATES).allowed:
        raise Denied(action=Action.KEEP_TEMPLATES.value)


def _own(session: Session, actor: Actor, template_id: str) -> Template:
    _check(actor)
    row = session.get(Template, template_id) if isinstance(template_id, str) and is_id(template_id) else None  # pyright: ignore[reportUnnecessaryIsInstance] - a handler's word
    if row is None or row.physician_account_id != actor.account_id:
        raise NotFound(action=Action.KEEP_TEMPLATES.value)
    return row


def _read_name(others: tuple[TemplateRow, ...], given: object) -> str:
    name = " ".join(given.split()) if isinstance(given, str) else ""
    if not name:
        raise Invalid("followup.template.error.name", field="template_name")
    if len(name) > LONGEST_NAME:
        raise Invalid("followup.error.too_long", field="template_name", longest=LONGEST_NAME)
    if any(each.name == name for each in others):
        raise Invalid("followup.template.error.taken", field="template_name")
    return name


def _name(row: Template) -> str:
    return unseal_text(row.name, _NAME, row.id)


def _begins(row: Template) -> str:
    body: dict[str, str] = json.loads(unseal_text(row.body, _BODY, row.id))
    said = next((body[field] for field in _FIELDS if body.get(field)), "")
    return said[:_BEGINS]

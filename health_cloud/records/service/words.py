"""What entries are found by: the names in a version's content, sealed in a row of their own (docs/decisions/0009)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.prepared import rows_of
from health_cloud.core.words import Words
from health_cloud.records.models import EntryWords
from health_cloud.records.views.content import EntryContent, Measured

_WORDS: Table = EntryWords.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
SEALED = "records_words.body"
NOTHING = Words()
LONGEST = 120
"""A name is no longer than this; what is, is running text."""
_TOGETHER = 5000
_KINDS = {
    "diagnosis": "diagnosis",
    "procedure": "item",
    "allergy": "item",
    "immunization": "item",
    "medicine": "medicine",
    "order": "item",
    "measure": "analyte",
    "observation": "analyte",
}
"""Which items of a visit have a name to look for, and as what; the rest is running text or paper."""


def named_in(content: EntryContent) -> Iterator[tuple[str, Words]]:
    """Yield what a content names: kind (`analyte`, `diagnosis`, `medicine`, `item`) and name, as given."""
    for each in (*content.results, *content.measures):
        yield from _measured(each)
    for medicine in content.medicines:
        yield "medicine", medicine.name
        yield "diagnosis", medicine.reason
    yield "diagnosis", content.reason
    for item in content.items:
        if item.kind in _KINDS:
            yield _KINDS[item.kind], item.title


def _measured(each: Measured) -> Iterator[tuple[str, Words]]:
    yield "analyte", each.name
    for coding in each.codes:
        if coding.code[:1].isalpha():  # a number is no name
            yield "analyte", Words.same(coding.code)
    if each.kind in ("coded", "text") and each.members:
        yield "analyte", each.words  # an organism with its susceptibilities
    for member in each.members:
        yield from _measured(member)


def written(content: EntryContent) -> str:
    """Return the names of a content as they are sealed: a line each, none twice."""
    lines = dict.fromkeys(
        "\t".join((kind, *(" ".join(text.split())[:LONGEST] for text in (name.zh, name.en))))
        for kind, name in named_in(content)
        if name != NOTHING
    )
    return "\n".join(lines)


def read(body: str) -> list[tuple[str, Words]]:
    """Read what `written` gave."""
    return [(kind, Words(zh, en)) for kind, zh, en in (line.split("\t") for line in body.splitlines())]


def put_words(session: Session, contents: Iterable[tuple[str, str, EntryContent]]) -> None:
    """Keep the names of versions: (version id, entry id, content) each; of one that has them already they stay."""
    rows = [
        {"id": version_id, "entry_id": entry_id, "body": seal_text(written(content), SEALED, version_id)}
        for version_id, entry_id, content in contents
    ]
    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.connection().execute(dialect.insert(_WORDS).on_conflict_do_nothing(), rows)


def words_of(session: Session, version_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of versions as they were written, by version; where none are kept there are none."""
    found: dict[str, str] = {}
    for start in range(0, len(version_ids), _TOGETHER):
        some = version_ids[start : start + _TOGETHER]
        query = select(_WORDS.c.id, _WORDS.c.body).where(_WORDS.c.id.in_(some))
        found.update((row.id, unseal_text(row.body, SEALED, row.id)) for row in rows_of(session, query))
    return found

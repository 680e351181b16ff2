"""Originals that a source sends again: other bytes are another original, and the earlier one stays with its version."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from sqlmodel import select

from health_cloud.chart.service import lately, open_chart
from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import NotFound
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.models import Blob, Document
from health_cloud.records.service.carrying import originals_of
from health_cloud.records.service.documents import open_document
from health_cloud.records.service.originals import original_page
from health_cloud.records.service.reading import entry_page
from health_cloud.records.views.screens import EntryPage
from tests import charts, people
from tests.ingest.feed import Feeder, entries, patient, persons, report, resource, versions

FIRST, SECOND = b"%PDF-1.4 the first one", b"%PDF-1.4 the other one"
"""As long as each other: only their bytes tell them apart."""


def _own(person_id: str) -> Actor:
    return charts.reader(people.Patient(person_id, "", "", "", "", Words()))


def _data(content: bytes, **more: Any) -> dict[str, Any]:
    return {"contentType": "application/pdf", "data": base64.b64encode(content).decode(), "title": "报告单", **more}


def _binary(content: bytes, name: str = "b") -> dict[str, Any]:
    return {"resourceType": "Binary", "id": name, **{k: v for k, v in _data(content).items() if k != "title"}}


def _named(**more: Any) -> dict[str, Any]:
    attachment = {"contentType": "application/pdf", "url": "Binary/b", "title": "报告单"}
    kind = {"status": "current", "type": {"text": "出院记录"}, "date": "2024-05-01T10:00:00+08:00"}
    return resource("DocumentReference", "d", **kind, content=[{"attachment": attachment}], **more)


def _changed(at: int) -> dict[str, Any]:
    return {"meta": {"lastUpdated": f"2024-05-0{at}T10:00:00+08:00"}}


@pytest.fixture
def reader(feeder: Feeder) -> Actor:
    """Whoever is known by the records that come; not only asked for by the tests that read."""
    feeder.feed(patient())
    (person,) = persons()
    return _own(person.id)


def _page(reader: Actor) -> EntryPage:
    (entry,) = entries()
    return db.perform(entry_page, reader, reader.person_id, entry.id)


def _bytes(reader: Actor, document: str) -> bytes:
    return db.perform(open_document, reader, document).content


def _kept() -> tuple[int, int]:
    with db.reading() as session:
        return len(session.exec(select(Document)).all()), len(session.exec(select(Blob)).all())


def _both_are_there(reader: Actor) -> None:
    page = _page(reader)
    (paper,) = page.papers
    now, before = page.versions
    assert (now.papers, [each.title.zh for each in before.papers]) == ([], ["报告单"])
    assert [(each.label, each.name.zh) for each in page.changed] == [("records.change.replaced", "报告单")]
    (earlier,) = before.papers
    assert (_bytes(reader, paper.id), _bytes(reader, earlier.id)) == (SECOND, FIRST)
    shown = [db.perform(original_page, reader, reader.person_id, page.id, each) for each in (paper.id, earlier.id)]
    assert [each.replaced for each in shown] == [0, 1]
    assert [each.title.zh for each in shown] == ["报告单", "报告单"]
    assert [[each.id for each in one.others] for one in shown] == [[], [paper.id]]
    assert paper.page != earlier.page
    assert earlier.page == f"/records/{page.record_class}/{page.id}/original/{earlier.id}"


def test_an_original_that_is_replaced_stays_with_its_version(feeder: Feeder, reader: Actor):
    feeder.feed(report(presentedForm=[_data(FIRST)], **_changed(1)))
    feeder.feed(report(presentedForm=[_data(SECOND)], **_changed(2)))
    _both_are_there(reader)


def test_both_in_one_delivery_are_told_apart_too(feeder: Feeder, reader: Actor):
    feeder.run(
        feeder.file(report(presentedForm=[_data(FIRST)], **_changed(1)), "a.json"),
        feeder.file(report(presentedForm=[_data(SECOND)], **_changed(2)), "b.json"),
    )
    _both_are_there(reader)


def test_the_older_one_that_arrives_later_is_kept_and_does_not_replace(feeder: Feeder, reader: Actor):
    feeder.feed(report(presentedForm=[_data(SECOND)], **_changed(2)))
    feeder.feed(report(presentedForm=[_data(FIRST)], **_changed(1)))
    _both_are_there(reader)


def test_bytes_that_come_again_by_themselves_are_another_original(feeder: Feeder, reader: Actor):
    feeder.feed(_named(), _binary(FIRST))
    feeder.feed(_binary(SECOND))
    _both_are_there(reader)


def test_a_document_and_its_bytes_are_taken_as_they_came_together(feeder: Feeder, reader: Actor):
    feeder.run(
        feeder.file({"resourceType": "Bundle", "type": "collection", "entry": _parts(FIRST, 1)}, "a.json"),
        feeder.file({"resourceType": "Bundle", "type": "collection", "entry": _parts(SECOND, 2)}, "b.json"),
    )
    _both_are_there(reader)


def _parts(content: bytes, at: int) -> list[dict[str, Any]]:
    return [{"resource": _named(**_changed(at))}, {"resource": {**_binary(content), **_changed(at)}}]


def test_the_same_bytes_again_are_no_new_version_and_no_second_copy(feeder: Feeder, reader: Actor):
    feeder.feed(report(presentedForm=[_data(FIRST)], **_changed(1)))
    spaced = _data(FIRST)
    spaced["data"] = "\n".join([spaced["data"][:8], spaced["data"][8:]])
    feeder.feed(report(presentedForm=[spaced], **_changed(2)))
    (entry,) = entries()
    assert len(versions(entry)) == 1
    assert _kept() == (1, 1)


def test_an_original_that_is_put_back_is_the_current_one_again(feeder: Feeder, reader: Actor):
    for number, content in enumerate((FIRST, SECOND, FIRST), start=1):
        feeder.feed(report(presentedForm=[_data(content)], **_changed(number)))
    page = _page(reader)
    (paper,) = page.papers
    assert _bytes(reader, paper.id) == FIRST
    assert [[_bytes(reader, paper.id) for paper in each.papers] for each in page.versions] == [[], [SECOND]]
    assert _kept() == (2, 2)


def test_of_several_originals_those_that_are_sent_again_stay_where_they_are(feeder: Feeder, reader: Actor):
    kept = _data(b"%PDF-1.4 kept", title="图")
    feeder.run(
        feeder.file(report(presentedForm=[kept, _data(FIRST)], **_changed(1)), "a.json"),
        feeder.file(report(presentedForm=[kept, _data(SECOND)], **_changed(2)), "b.json"),
    )
    page = _page(reader)
    assert [_bytes(reader, each.id) for each in page.papers] == [b"%PDF-1.4 kept", SECOND]
    assert [[_bytes(reader, paper.id) for paper in each.papers] for each in page.versions] == [[], [FIRST]]


def test_every_look_at_an_earlier_original_stands_in_the_ledger(feeder: Feeder, reader: Actor):
    feeder.feed(report(presentedForm=[_data(FIRST)], **_changed(1)))
    feeder.feed(report(presentedForm=[_data(SECOND)], **_changed(2)))
    (earlier,) = _page(reader).versions[1].papers
    (entry,) = entries()
    chain = people.Patient(reader.person_id, "", "", "", "", Words())
    before = len(charts.chain(chain))
    db.perform(original_page, reader, reader.person_id, entry.id, earlier.id)
    _bytes(reader, earlier.id)
    lines = charts.chain(chain)[before:]
    assert [each.action for each in lines] == ["records:entry:read", "records:document:read"]
    assert all(entry.id in each.detail for each in lines)


def test_nobody_else_reads_an_earlier_original(feeder: Feeder, reader: Actor):
    feeder.feed(patient(id="q", name=[{"text": "王五"}], birthDate="1990-01-01"))
    feeder.feed(report(presentedForm=[_data(FIRST)], **_changed(1)))
    feeder.feed(report(presentedForm=[_data(SECOND)], **_changed(2)))
    (earlier,) = _page(reader).versions[1].papers
    (entry,) = entries()
    other = _own(next(each.id for each in persons() if each.id != reader.person_id))
    for use in (
        lambda: _bytes(other, earlier.id),
        lambda: db.perform(original_page, other, other.person_id, entry.id, earlier.id),
    ):
        with pytest.raises(NotFound):
            use()


def test_what_leaves_by_a_link_is_the_current_original_alone(feeder: Feeder, reader: Actor):
    feeder.feed(report(presentedForm=[_data(FIRST)], **_changed(1)))
    feeder.feed(report(presentedForm=[_data(SECOND)], **_changed(2)))

    def carried(session: Any, actor: Actor) -> list[bytes | None]:
        with open_chart(session, actor, actor.person_id, Action.READ_ENTRIES) as chart:
            found = originals_of(chart, lately(chart, (RecordClass.LABORATORY,), limit=9))
            return [each.content for several in found.values() for each in several]

    assert db.perform(carried, reader) == [SECOND]

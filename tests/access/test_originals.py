"""Originals under a grant: the physician's own page of them, within the grant and while it lasts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from health_cloud.access.service.originals import granted_original
from health_cloud.access.service.reading import granted_entry
from health_cloud.chart.models import EntryVersion
from health_cloud.core import clock, db
from health_cloud.core.errors import Denied, NotFound
from health_cloud.records.models import Document
from health_cloud.records.views.content import EntryContent
from tests import charts, people
from tests.databases import Database
from tests.records.test_documents import PDF


@pytest.fixture
def town(database: Database) -> people.Town:
    """A hospital and its people."""
    assert database
    return people.found_town()


def test_an_entry_under_a_grant_leads_to_its_original_under_the_same_grant(town: people.Town) -> None:
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor, "laboratory")
    entry_id = charts.put(town, town.lin, original=PDF)
    document = charts.document_of(entry_id)
    entry = db.perform(granted_entry, doctor, grant, entry_id)
    assert entry.original == entry.papers[0].page == f"/physician/chart/{grant}/original/{entry_id}/{document}"
    found = db.perform(granted_original, doctor, grant, entry_id, document)
    assert found.page.source == f"/documents/{document}"
    assert found.page.back == f"/physician/chart/{grant}?class=laboratory&entry={entry_id}"
    assert f"grant:{grant}" in found.page.topics


def test_beyond_the_grant_there_is_no_original(town: people.Town) -> None:
    doctor, colleague = charts.physician(town), charts.physician(town, "colleague")
    grant = charts.grant(town.lin, town, doctor, "laboratory")
    seen, unseen = (charts.put(town, town.lin, name, original=PDF) for name in ("laboratory", "imaging"))
    foreign = charts.put(town, town.wang, original=PDF)
    for entry_id in (unseen, foreign):
        with pytest.raises(NotFound):
            db.perform(granted_original, doctor, grant, entry_id, charts.document_of(entry_id))
    with pytest.raises(NotFound):
        db.perform(granted_original, colleague, grant, seen, charts.document_of(seen))


def test_after_the_grant_there_is_no_original(town: people.Town) -> None:
    doctor = charts.physician(town)
    over = charts.grant(town.lin, town, doctor, until_at=clock.now() - timedelta(seconds=1))
    entry_id = charts.put(town, town.lin, original=PDF)
    with pytest.raises(Denied):
        db.perform(granted_original, doctor, over, entry_id, charts.document_of(entry_id))


def test_an_original_of_an_earlier_version_is_read_under_the_same_grant_too(town: people.Town) -> None:
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor, "laboratory")
    entry_id = charts.put(town, town.lin, original=PDF)
    document = charts.document_of(entry_id)
    with db.writing() as session:  # the hospital took it back: its newest version has none
        charts._version(session, entry_id, "laboratory", EntryContent(record_class="laboratory"), None)
        first, second = session.exec(select(EntryVersion).order_by(EntryVersion.id)).all()
        first.current, second.number = False, 2
        session.get_one(Document, document).current = False
    entry = db.perform(granted_entry, doctor, grant, entry_id)
    assert (entry.papers, entry.original) == ([], "")
    (paper,) = entry.versions[1].papers
    assert paper.page == f"/physician/chart/{grant}/original/{entry_id}/{document}"
    found = db.perform(granted_original, doctor, grant, entry_id, document)
    assert (found.page.replaced, found.page.others) == (1, [])

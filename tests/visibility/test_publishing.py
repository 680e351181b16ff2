"""What staff publish holds for the very next read, counts included, to the second (R14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from health_cloud.access.service.reading import chart_page
from health_cloud.chart.service import open_chart
from health_cloud.core import changes, clock, db
from health_cloud.core.errors import Conflict, Denied, Invalid
from health_cloud.core.policy import Action
from health_cloud.desk.service import preview
from health_cloud.visibility.models import Policy, Rule
from health_cloud.visibility.service import policy_page, publish
from tests.databases import Database
from tests.sharing import ALL, found_cast, granted


def _own_counts(actor):
    def count(session, reader):
        with open_chart(session, reader, reader.person_id, Action.COUNT_ENTRIES) as chart:
            return {each.record_class: each.count for each in chart.counts()}

    return db.perform(count, actor)


def _without(name):
    return [each for each in ALL if each != name]


def test_a_closed_class_is_neither_shown_nor_counted_and_opens_again(database: Database):
    cast = found_cast()
    grant = granted(cast)
    assert _own_counts(cast.lin)["laboratory"] == 2
    topics: list[frozenset[str]] = []
    stop = changes.listen(topics.append)
    assert db.perform(publish, cast.staff, 1, "", _without("laboratory")) == 2
    stop()
    assert any(f"organization:{cast.town.organization_id}" in each for each in topics)
    assert _own_counts(cast.lin)["laboratory"] == 0
    page = db.perform(chart_page, cast.chen, grant)
    assert [tab.count for tab in page.tabs if tab.record_class == "laboratory"] == [0]
    db.perform(publish, cast.staff, 2, "", ALL)
    assert _own_counts(cast.lin)["laboratory"] == 2


def test_open_from_a_date(database: Database):
    cast = found_cast()
    day = (clock.now() - timedelta(days=365)).date().isoformat()
    db.perform(publish, cast.staff, 1, day, ALL)
    counts = _own_counts(cast.lin)
    assert (counts["laboratory"], counts["prescriptions"]) == (1, 1)
    page = db.perform(policy_page, cast.staff)
    assert (page.version, page.from_date, page.versions[0].moved) == (2, day, True)


def test_the_preview_is_what_happens(database: Database):
    cast = found_cast()
    before = {actor.account_id: sum(_own_counts(actor).values()) for actor in (cast.lin, cast.wang)}
    effects = {each.record_class: each for each in db.perform(preview, cast.staff, "", _without("laboratory"))}
    assert (effects["laboratory"].lost, effects["laboratory"].gained, effects["laboratory"].patients) == (3, 0, 2)
    assert sum(each.lost for each in effects.values()) == 3
    db.perform(publish, cast.staff, 1, "", _without("laboratory"))
    after = {actor.account_id: sum(_own_counts(actor).values()) for actor in (cast.lin, cast.wang)}
    assert sum(before.values()) - sum(after.values()) == 3
    back = {each.record_class: each for each in db.perform(preview, cast.staff, "", ALL)}
    assert back["laboratory"].gained == 3


def test_a_delay_holds_to_the_second(database: Database):
    """R14: nothing one second before the release, counts included; visible one second after."""
    cast = found_cast()
    clock.clock.frozen = clock.now().replace(microsecond=0)

    def add(session, actor):
        from tests.sharing import add_entry

        add_entry(session, cast.town, cast.town.lin, 0, "imaging")
        policy = Policy(
            organization_id=cast.town.organization_id, version=2, published_at=clock.now(), published_by="test"
        )
        session.add(policy)
        session.flush()
        session.add(Rule(policy_id=policy.id, record_class="imaging", delay_hours=24))

    db.perform(add, cast.staff)
    clock.clock.advance(hours=24, seconds=-1)
    assert _own_counts(cast.lin)["imaging"] == 0
    clock.clock.advance(seconds=2)
    assert _own_counts(cast.lin)["imaging"] == 1


def test_publishing_keeps_delays(database: Database):
    cast = found_cast()

    def delay(session, actor):
        policy = Policy(
            organization_id=cast.town.organization_id, version=2, published_at=clock.now(), published_by="test"
        )
        session.add(policy)
        session.flush()
        session.add(Rule(policy_id=policy.id, record_class="imaging", delay_hours=24))

    db.perform(delay, cast.staff)
    db.perform(publish, cast.staff, 2, "", _without("laboratory"))
    rules = {rule.record_class: rule.delay_hours for rule in db.perform(policy_page, cast.staff).rules}
    assert rules["imaging"] == 24


def test_somebody_else_tries(database: Database):
    cast = found_cast()
    for somebody in (cast.lin, cast.chen):
        for use_case, more in ((policy_page, ()), (preview, ("", ALL)), (publish, (1, "", []))):
            with pytest.raises(Denied):
                db.perform(use_case, somebody, *more)
    db.perform(publish, cast.other_staff, 1, "", [])
    assert _own_counts(cast.lin)["laboratory"] == 2, "another hospital's policy closed this one's data"
    assert sum(each.lost for each in db.perform(preview, cast.other_staff, "", ALL)) == 0


def test_two_people_at_the_desk(database: Database):
    cast = found_cast()
    db.perform(publish, cast.staff, 1, "", _without("imaging"))
    with pytest.raises(Conflict):
        db.perform(publish, cast.staff, 1, "", _without("laboratory"))
    with pytest.raises(Invalid):
        db.perform(publish, cast.staff, 2, "", _without("imaging"))
    for wrong in (("soon", ALL), ("0001-01-01", ALL), ("", ["everything"])):
        with pytest.raises(Invalid):
            db.perform(publish, cast.staff, 2, *wrong)

"""All that may happen to emergencies, in any order (R13): the machine keeps its own account of what should hold."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlmodel import col, select

from health_cloud.chart.service import open_chart
from health_cloud.consent.models import Emergency
from health_cloud.consent.service import breaking, emergencies, emergency_ends, reviewing
from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock, now
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, NotFound, Unproved
from health_cloud.core.policy import Action, Role
from health_cloud.core.settings import settings as product
from health_cloud.notify.models import News
from tests.consent.emergencies import break_glass, lines, review
from tests.databases import Database, _empty
from tests.sharing import Cast, found_cast

HOURS = st.sampled_from(breaking.HOURS)
PHYSICIANS = st.sampled_from(["chen", "sun", "gao"])
PATIENTS = st.sampled_from(["lin", "wang"])
STEPS = st.sampled_from(
    [
        timedelta(seconds=1),
        timedelta(minutes=9),
        timedelta(minutes=59, seconds=59),
        timedelta(hours=1),
        timedelta(hours=4),
        timedelta(hours=30),
        timedelta(hours=72),
    ]
)


@dataclass
class Opening:
    """One emergency as the machine knows it."""

    id: str
    physician: str
    patient: str
    begun: datetime
    until: datetime
    closed: datetime | None = None
    verdict: str = ""
    reviewed: datetime | None = None

    def lives(self, at: datetime) -> bool:
        return self.closed is None and at < self.until


REACHED: set[str] = set()
"""What the runs came to: a machine that never gets there shows nothing."""


class Life(RuleBasedStateMachine):
    """Three physicians of two hospitals, two patients, the staff of both hospitals, and the clock."""

    def __init__(self) -> None:
        super().__init__()
        clock.reset()
        clock.frozen = now()
        _empty()
        self.cast: Cast = found_cast()
        self.openings: list[Opening] = []
        self.proofs: dict[str, datetime | None] = dict.fromkeys(("chen", "sun", "gao"))

    def teardown(self) -> None:
        clock.reset()

    def who(self, name: str) -> Actor:
        actor: Actor = getattr(self.cast, name)
        return replace(actor, proved_at=self.proofs[name]) if name in self.proofs else actor

    def numbers(self, patient: str) -> tuple[str, str]:
        """Return by what any hospital knows a patient."""
        return getattr(self.cast.town, patient).national_id, "national_id"

    @initialize()
    def begin(self) -> None:
        self.proofs["chen"] = now()

    @rule(step=STEPS)
    def wait(self, step: timedelta) -> None:
        clock.advance(seconds=step.total_seconds())

    @rule(who=PHYSICIANS, whom=PATIENTS, hours=HOURS, fresh=st.integers(0, 3))
    def break_the_glass(self, who: str, whom: str, hours: int, fresh: int) -> None:
        if fresh:
            clock.advance(seconds=30)  # an authenticator's next code
            self.proofs[who] = now()
        number, by = self.numbers(whom)
        proof = self.proofs[who]
        stale = proof is None or now() - proof >= timedelta(minutes=product().fresh_minutes)
        spent = proof is not None and any(each.physician == who and each.begun >= proof for each in self.openings)
        open_already = any(
            each.physician == who and each.patient == whom and each.lives(now()) for each in self.openings
        )
        try:
            made = break_glass(self.who(who), number, by=by, hours=hours)
        except Unproved:
            assert stale or spent
            REACHED.add("spent" if spent else "stale")
        except Conflict:
            assert open_already
            REACHED.add("no longer by asking again")
        else:
            assert made
            assert not stale
            assert not spent
            assert not open_already
            self.openings.append(Opening(made, who, whom, now(), now() + timedelta(hours=hours)))
            REACHED.add("opened")

    @rule(by=st.none() | PHYSICIANS, at=st.integers(0, 3))
    def close(self, by: str | None, at: int) -> None:
        if not self.openings:
            return
        opening = self.openings[-1 - at % len(self.openings)]
        who = by or opening.physician
        own, living = opening.physician == who, opening.lives(now())
        done = False
        with contextlib.suppress(NotFound):
            db.perform(breaking.close_emergency, self.who(who), opening.id)
            done = True
        assert done is own
        if own and living:
            opening.closed = now()
            REACHED.add("closed")

    @rule()
    def job(self) -> None:
        emergency_ends.note_ends()
        emergency_ends.note_overdue()

    @rule(reader=st.sampled_from(["staff", "staff", "other_staff", "self"]), at=st.integers(0, 3), fair=st.booleans())
    def decide(self, reader: str, at: int, fair: bool) -> None:
        if not self.openings:
            return
        opening = self.openings[at % len(self.openings)]
        home = "other_staff" if opening.physician == "gao" else "staff"
        actor = replace(self.who(opening.physician), role=Role.STAFF) if reader == "self" else self.who(reader)
        actor = replace(actor, proved_at=now())
        verdict = "justified" if fair else "unjustified"
        may = reader == home and not opening.lives(now()) and not opening.verdict
        done = False
        with contextlib.suppress(HealthCloudError):
            review(actor, opening.id, verdict, "看过了")
            done = True
        assert done is may
        if done:
            opening.verdict, opening.reviewed = verdict, now()
            REACHED.add("late" if now() >= opening.begun + timedelta(hours=72) else "in time")
        elif reader == "self":
            REACHED.add("not one's own")

    @invariant()
    def reads_follow_the_model(self) -> None:
        for who in ("chen", "sun", "gao"):
            for whom in ("lin", "wang"):
                person = getattr(self.cast, whom).person_id
                should = any(
                    each.physician == who and each.patient == whom and each.lives(now()) for each in self.openings
                )
                assert _reads(self.who(who), person) is should

    @invariant()
    def what_is_kept_is_what_happened(self) -> None:
        with db.reading() as session:
            kept = session.exec(select(Emergency).order_by(col(Emergency.from_at), col(Emergency.id))).all()
            session.expunge_all()
        assert {row.id for row in kept} == {each.id for each in self.openings}
        known = {each.id: each for each in self.openings}
        for row in kept:
            opening = known[row.id]
            assert row.until_at - row.from_at <= timedelta(hours=4)
            assert row.until_at == opening.until, "nothing makes it longer"
            assert row.review_due_at - row.from_at == timedelta(hours=72)
            assert row.verdict == opening.verdict
            assert row.reviewer_account_id != row.account_id
            late = (opening.reviewed or now()) >= row.review_due_at
            assert emergencies.is_late(row, now()) is late

    @invariant()
    def every_opening_is_told_and_in_the_ledger(self) -> None:
        for whom in ("lin", "wang"):
            patient: Actor = getattr(self.cast, whom)
            own = [each for each in self.openings if each.patient == whom]
            with db.reading() as session:
                news = session.exec(
                    select(News.at).where(News.owner == patient.account_id, News.key == "consent.news.emergency")
                ).all()
            assert len(news) == len(own)
            assert all(any(abs(at - each.begun) <= timedelta(seconds=60) for at in news) for each in own)
            written = [line for line in lines(patient.person_id, Action.OPEN_EMERGENCY) if line.outcome == "done"]
            assert len(written) == len(own)
            assert {each.id for each in db.perform(emergencies.emergencies_of, patient)} == {each.id for each in own}

    @invariant()
    def what_waits_is_on_the_list_of_its_hospital_and_the_overdue_lead(self) -> None:
        for reader, homes in (("staff", ("chen", "sun")), ("other_staff", ("gao",))):
            rows = db.perform(reviewing.waiting_reviews, self.who(reader))
            should = {each.id for each in self.openings if each.physician in homes and not each.verdict}
            assert {row.id for row in rows} == should
            lateness = [row.late for row in rows]
            assert lateness == sorted(lateness, reverse=True)


def _reads(physician: Actor, person_id: str) -> bool:
    def read(session, actor):
        with open_chart(session, actor, person_id) as chart:
            return bool(chart.latest())

    try:
        return db.perform(read, physician)
    except Denied:
        return False


def test_the_life_of_emergencies(database: Database):
    if database.kind != "sqlite":
        pytest.skip("the rules are the same; races have tests of their own on both")
    REACHED.clear()
    run(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            phases=(Phase.generate,),
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    came_to = {"opened", "spent", "stale", "closed", "no longer by asking again", "in time", "late", "not one's own"}
    assert came_to <= REACHED

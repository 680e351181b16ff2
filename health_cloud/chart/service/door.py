"""`open_chart`: asks the policy, applies the release rules, and leaves one line in the ledger per use."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func
from sqlalchemy import select as select_columns
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEncounter, ChartEntry, EntryVersion, ReleaseKey
from health_cloud.chart.service import rows
from health_cloud.chart.service.grounds import note_use, with_grounds
from health_cloud.chart.service.groups import GROUPED, WHOLE, leads
from health_cloud.chart.service.narrowing import conditions
from health_cloud.chart.service.release import opens_next, visible
from health_cloud.chart.service.rows import EntryColumns
from health_cloud.chart.views import (
    EVERYTHING,
    ClassCount,
    EncounterRow,
    EntryHandle,
    EntryRow,
    Narrowed,
    VersionRow,
    WhyCard,
)
from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Decision, Role, Scope, decide
from health_cloud.core.prepared import rows_of
from health_cloud.core.vocabulary import RecordClass
from health_cloud.identity.service import agreements, privacy_notice
from health_cloud.identity.service.people import person_state
from health_cloud.identity.service.relations import situation_of
from health_cloud.identity.views import PersonState
from health_cloud.visibility import service as visibility

PAGE = 50
COUNT_LIMIT = 1000
VISIT_ITSELF = "Encounter"
"""Source type of the entry that is a visit; the other entries of the visit hang beside it."""
NEWS_DAYS = 90
"""What became an outcome longer ago is not called new, opened or not: ten years that were loaded today are no news."""


class Chart:
    """One person's chart as one reader may see it, for the length of one transaction.

    Made by `open_chart` alone. What its methods give out is noted and stands in the ledger line.
    """

    def __init__(self, session: Session, actor: Actor, person: PersonState, decision: Decision) -> None:
        self.session, self.actor, self.decision = session, actor, decision
        self.person = person.at(decision.scope.organization_id)
        self.now = clock.now()
        self.policies = visibility.in_force(session, self.person.organization_ids)
        self.names = {hospital.id: hospital.name for hospital in self.person.hospitals}
        self.zones = {hospital.id: hospital.zone for hospital in self.person.hospitals}
        self.shown: dict[str, None] = {}
        self.classes: set[str] = set()
        self.detail: dict[str, str | int] = {}

    @property
    def person_id(self) -> str:
        """Whose chart it is."""
        return self.person.person_id

    def counts(self) -> list[ClassCount]:
        """Count each class that the basis opens, up to 1,000 each; closed or hidden entries do not count.

        Entries of one group count once, as lists show them.
        """
        self.detail["counts"] = 1
        return [self._count(name) for name in RecordClass if name in self.decision.scope.classes]

    def counts_within(self, scope: Scope) -> dict[RecordClass, int]:
        """Count what somebody with `scope` would see of this chart, to the last entry: less of it must show as less.

        Never more than the reader's own basis opens; for the preview of a grant.
        """
        self.detail["preview"] = ",".join(sorted(scope.classes))
        narrowed = and_(self.condition(), visible(self.policies.values(), self.zones, scope, self.now))
        joined = select(WHOLE).distinct().join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        return {
            name: self._exact(joined.where(narrowed, col(ChartEntry.record_class) == name.value))
            for name in RecordClass
            if name in scope.classes
        }

    def entries(
        self, record_class: RecordClass, *, before: str = "", limit: int = PAGE, narrowed: Narrowed = EVERYTHING
    ) -> list[EntryRow]:
        """Return a page of a class, newest first, strictly older than the cursor `before`, of what a filter leaves.

        Raises:
            Denied: the basis does not open this class.
        """
        since = self.now - timedelta(days=NEWS_DAYS)
        wanted = conditions(self.session, record_class, narrowed, self.actor.account_id, since, self.visible)
        query = self.listed(record_class, *self._line()).where(*wanted)
        if before:
            query = query.where(_older(before))
        return self._page(query.order_by(col(ChartEntry.occurred_at).desc(), col(ChartEntry.id).desc()).limit(limit))

    def listed(self, record_class: RecordClass, *columns: Any) -> Select[*tuple[Any, ...]]:
        """Return a query of the entries that stand in the list of a class; for this package.

        Raises:
            Denied: the basis does not open this class.
        """
        self._within(record_class)
        query = self._seen_columns(*columns).where(col(ChartEntry.record_class) == record_class.value)
        return query.where(leads(self.visible)) if record_class in GROUPED else query

    def latest(self, *, limit: int = 20, days: int = 0) -> list[EntryRow]:
        """Return the entries that became outcomes last, of all classes, newest first."""
        query = self._seen().where(leads(self.visible))
        if days:
            query = query.where(col(ChartEntry.outcome_at) > self.now - timedelta(days=days))
        return self._page(query.order_by(col(ChartEntry.outcome_at).desc(), col(ChartEntry.id).desc()).limit(limit))

    def fresh(self, *, limit: int = 20) -> list[EntryRow]:
        """Return entries of the last 90 days that this account has not opened, newest outcome first."""
        news = self._seen().where(self._news(ChartEntry))
        query = news.where(leads(lambda entry, key: and_(self.visible(entry, key), self._news(entry))))
        return self._page(query.order_by(col(ChartEntry.outcome_at).desc(), col(ChartEntry.id).desc()).limit(limit))

    def encounters(self, *, before: str = "", limit: int = 20) -> list[EncounterRow]:
        """Return visits that made at least one visible entry, newest first."""
        query = (
            select(ChartEncounter)
            .where(
                ChartEncounter.person_id == self.person_id,
                col(ChartEncounter.occurred_at).is_not(None),
                col(ChartEncounter.id).in_(self._seen_columns(col(ChartEntry.encounter_id))),
            )
            .order_by(col(ChartEncounter.occurred_at).desc(), col(ChartEncounter.id).desc())
            .limit(limit)
        )
        if before:
            query = query.where(rows.older_encounter(before))
        found = self.session.exec(query).all()
        counts = self._counts_of([row.id for row in found])
        own = self._entries_of([row.id for row in found])
        self.detail["encounters"] = len(found)
        return [
            rows.encounter_row(self.session, row, self.names, counts.get(row.id, {}), own.get(row.id)) for row in found
        ]

    def of_encounter(self, encounter_id: str) -> list[EntryRow]:
        """Return the visible entries of one visit."""
        if not is_id(encounter_id):
            return []
        query = self._seen().where(col(ChartEntry.encounter_id) == encounter_id, leads(self.visible))
        return self._page(query.order_by(col(ChartEntry.record_class), col(ChartEntry.occurred_at).desc()).limit(200))

    def lines(self, entry_ids: Sequence[str]) -> list[EntryRow]:
        """Return the lines of these entries, those that may be seen, in no order."""
        return self._page(self._seen().where(col(ChartEntry.id).in_(entry_ids))) if entry_ids else []

    def entry(self, entry_id: str, action: Action = Action.READ_ENTRIES) -> EntryHandle:
        """Return a visible entry to load details by; `action` is what is refused where there is none.

        Raises:
            NotFound: absent, of somebody else, not released, or outside the basis: never told apart.
        """
        found = rows_of(self.session, self._seen().where(col(ChartEntry.id) == entry_id)) if is_id(entry_id) else ()
        if not found:
            raise NotFound(action=action.value, person_id=self.person_id)
        version = self.session.exec(
            select(EntryVersion.id).where(EntryVersion.entry_id == entry_id, col(EntryVersion.current))
        ).first()
        return EntryHandle(entry_id, version or "", self._page_rows(found)[0])

    def group(self, handle: EntryHandle) -> list[EntryHandle]:
        """Return the visible entries that are one to a reader with this one, in their order; alone it is its own."""
        members = self._members([self.session.get_one(ChartEntry, handle.id).group_key])
        if len(members) <= 1:
            return [handle]
        query = select(EntryVersion.entry_id, EntryVersion.id).where(
            col(EntryVersion.entry_id).in_([row.id for row in members]), col(EntryVersion.current)
        )
        versions = dict(self.session.exec(query).all())
        lines = self._page_rows(members)
        return [EntryHandle(line.id, versions.get(line.id, ""), line) for line in lines]

    def note(self, record_class: RecordClass, entry_ids: Iterable[str]) -> None:
        """Note that values of these entries were given out, on the page of another one."""
        self.shown.update(dict.fromkeys(entry_ids))
        self.classes.add(record_class.value)

    def mark_opened(self, handle: EntryHandle) -> None:
        """Note that this account has opened the entry in the version that it stands in."""
        rows.mark_opened(self.session, self.actor.account_id, handle, self.now)

    def versions(self, handle: EntryHandle) -> list[VersionRow]:
        """Return every version, newest first."""
        found = self.session.exec(
            select(EntryVersion).where(EntryVersion.entry_id == handle.id).order_by(col(EntryVersion.number).desc())
        ).all()
        return [
            VersionRow(
                row.id,
                row.number,
                row.status,
                row.source_at.isoformat() if row.source_at else "",
                row.arrived_at.isoformat(),
            )
            for row in found
        ]

    def why(self, handle: EntryHandle) -> WhyCard:
        """Render the decision for one entry."""
        entry = self.session.get_one(ChartEntry, handle.id)
        policy = self.policies[entry.organization_id]
        rule = policy.rule(RecordClass(entry.record_class))
        return WhyCard(
            basis=self.decision.basis.value if self.decision.basis else "",
            basis_id=self.decision.basis_id,
            reason=self.decision.reason,
            policy_version=policy.version,
            organization=self.names[entry.organization_id],
            outcome_at=entry.outcome_at.isoformat(),
            from_date=rule.from_date.isoformat() if rule.from_date else "",
            delay_hours=rule.delay_hours,
            released_at=(entry.outcome_at + timedelta(hours=rule.delay_hours)).isoformat(),
            until=self.decision.until.isoformat() if self.decision.until else "",
            feed=entry.feed_id,
            arrived_at=entry.arrived_at.isoformat(),
            version=entry.version,
            zone=self.zones[entry.organization_id],
        )

    def _within(self, record_class: RecordClass) -> None:
        if record_class not in self.decision.scope.classes:
            raise Denied("core.reason.none", action=Action.READ_ENTRIES.value, person_id=self.person_id)

    def opens_next(self) -> datetime | None:
        """Return when the clock alone opens another entry to this reader; none where nothing waits for it."""
        return opens_next(
            self.session, self.person_id, self.policies.values(), self.zones, self.decision.scope, self.now
        )

    def condition(self) -> ColumnElement[bool]:
        """Return what this reader may see, as a condition on entries joined with release keys; for this package."""
        return and_(col(ChartEntry.person_id) == self.person_id, self.visible(ChartEntry, ReleaseKey))

    def visible(self, entry: type[ChartEntry], key: type[ReleaseKey]) -> ColumnElement[bool]:
        """Return what the release rules leave of these two tables, or of aliases of them; for this package."""
        return visible(self.policies.values(), self.zones, self.decision.scope, self.now, entry, key)

    def _line(self) -> tuple[Any, ...]:
        return (*rows.COLUMNS, rows.opened_version(self.actor.account_id).label("opened"))

    def _seen(self) -> Select[*tuple[Any, ...]]:
        return self._seen_columns(*self._line())

    def _seen_columns(self, *columns: Any) -> Select[*tuple[Any, ...]]:
        joined = select_columns(*columns).join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        return joined.where(self.condition())

    def _news(self, entry: type[ChartEntry]) -> ColumnElement[bool]:
        since = self.now - timedelta(days=NEWS_DAYS)
        return and_(~rows.opened(self.actor.account_id, entry), col(entry.outcome_at) > since)

    def _count(self, record_class: RecordClass) -> ClassCount:
        seen = (
            self._seen_columns(WHOLE).distinct() if record_class in GROUPED else self._seen_columns(col(ChartEntry.id))
        )
        seen = seen.where(col(ChartEntry.record_class) == record_class.value)
        total = self._number(seen)
        fresh = self._number(seen.where(self._news(ChartEntry))) if total else 0
        return ClassCount(record_class.value, min(total, COUNT_LIMIT - 1), total >= COUNT_LIMIT, fresh)

    def _number(self, query: Select[*tuple[Any, ...]]) -> int:
        return self.session.scalar(select(func.count()).select_from(query.limit(COUNT_LIMIT).subquery())) or 0

    def _exact(self, query: Select[*tuple[Any, ...]]) -> int:
        return self.session.scalar(select(func.count()).select_from(query.subquery())) or 0

    def _counts_of(self, encounter_ids: list[str]) -> dict[str, dict[str, int]]:
        if not encounter_ids:
            return {}
        query = (
            select(col(ChartEntry.encounter_id), col(ChartEntry.record_class), func.count(WHOLE.distinct()))
            .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
            .where(self.condition(), col(ChartEntry.encounter_id).in_(encounter_ids))
            .group_by(col(ChartEntry.encounter_id), col(ChartEntry.record_class))
        )
        counts: dict[str, dict[str, int]] = {}
        for encounter_id, record_class, number in self.session.exec(query).all():
            counts.setdefault(encounter_id or "", {})[record_class] = number
        return counts

    def _entries_of(self, encounter_ids: list[str]) -> dict[str, EntryColumns]:
        """Return the entry that is the visit itself, where it may be seen."""
        if not encounter_ids:
            return {}
        query = self._seen().where(
            col(ChartEntry.encounter_id).in_(encounter_ids), col(ChartEntry.source_type) == VISIT_ITSELF
        )
        found = rows_of(self.session, query)
        self.shown.update(dict.fromkeys(row.id for row in found))
        return {row.encounter_id or "": row for row in found}

    def _page(self, query: Select[*tuple[Any, ...]]) -> list[EntryRow]:
        found = rows_of(self.session, query)
        return self._page_rows(found, self._members([row.group_key for row in found]))

    def _page_rows(self, found: Sequence[EntryColumns], members: Sequence[EntryColumns] = ()) -> list[EntryRow]:
        whole: dict[str, list[EntryColumns]] = {}
        for row in members:
            whole.setdefault(row.group_key or "", []).append(row)
        every = {row.id: row for row in (*found, *members)}
        self.shown.update(dict.fromkeys(every))
        self.classes.update(row.record_class for row in found)
        since = self.now - timedelta(days=NEWS_DAYS)
        fresh = {row.id for row in every.values() if (row.opened or 0) < row.version and row.outcome_at > since}
        return [rows.entry_row(row, self.names, whole.get(row.group_key or "", [row]), fresh=fresh) for row in found]

    def _members(self, group_keys: Iterable[str | None]) -> Sequence[EntryColumns]:
        """Return every visible entry of these groups, in the order of a group."""
        groups = {key for key in group_keys if key}
        if not groups:
            return []
        query = self._seen().where(col(ChartEntry.group_key).in_(groups))
        return rows_of(self.session, query.order_by(col(ChartEntry.occurred_at), col(ChartEntry.id)))


def _older(cursor: str) -> ColumnElement[bool]:
    at, entry_id = rows.read_cursor(cursor)
    return rows.older(col(ChartEntry.occurred_at), col(ChartEntry.id), at, entry_id)


@contextmanager
def open_chart(
    session: Session, actor: Actor, person_id: str, action: Action = Action.READ_ENTRIES
) -> Generator[Chart]:
    """Open a person's chart for one use; at the end the use stands in the ledger, before anything is given out.

    Args:
        session: the transaction; the line commits with it.
        actor: who reads.
        person_id: whose chart.
        action: what for.

    Raises:
        Denied: no basis, unknown person, or the person is closed; all look the same.
    """
    person = person_state(session, person_id) if is_id(person_id) else None
    if person is None:
        raise Denied(action=action.value)
    situation = situation_of(session, actor, person_id, closed=_closed(person, actor))
    if actor.role is Role.PHYSICIAN:
        situation = with_grounds(session, situation, actor)
    decision = decide(actor, action, situation)
    if not decision.allowed:
        asked = decision.reason == "core.reason.notice" and actor.person_id == person_id
        raise Denied("identity.error.notice" if asked else "", action=action.value, person_id=person_id)
    chart = Chart(session, actor, person, decision)
    try:
        yield chart
    except Exception as problem:
        # whoever catches this may keep what was read; a broken transaction commits nothing anyway
        if (chart.shown or chart.detail) and not isinstance(problem, SQLAlchemyError):
            _write_line(chart, action)
        raise
    _write_line(chart, action)


def _closed(person: PersonState, actor: Actor) -> str:
    """Return why this person is not read; empty while they may be. Only the notice depends on who reads."""
    if person.conflict:
        return "core.reason.conflict"
    if person.deceased:
        return "core.reason.deceased"
    own = actor.role is Role.PATIENT and actor.person_id == person.person_id
    unasked = own and person.agreed < privacy_notice.current_version()
    return "core.reason.notice" if unasked or person.agreed == agreements.WITHDRAWN else ""


def _write_line(chart: Chart, action: Action) -> None:
    note_use(chart.session, chart.actor, chart.decision, chart.person_id)
    ledger.write(
        chart.session,
        chart.actor,
        action,
        ledger.ALLOWED,
        person_id=chart.person_id,
        decision=chart.decision,
        record_class=next(iter(chart.classes)) if len(chart.classes) == 1 else "",
        entries=list(chart.shown),
        detail=chart.detail,
    )

"""A hospital's own rules: what it may set, versions, and checks that follow them; the law's part stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from health_cloud.core import clock, db
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.core.words import Words
from health_cloud.followup import service
from health_cloud.followup.models import Slot
from health_cloud.followup.service import ruling, ruling_page
from health_cloud.followup.service.eligibility import hospital
from health_cloud.followup.service.eligibility.hospital import Own, OwnFlag
from health_cloud.followup.service.eligibility.rules import shipped
from health_cloud.followup.views.ruling import HospitalRules
from health_cloud.records.views.content import Coding, Item
from tests.databases import Database
from tests.followup.eligibility import ICD, answered, diagnosed, may_book
from tests.sharing import Cast, found_cast

PSORIASIS = {"zh": "银屑病", "en": "Psoriasis", "icd10": "L40", "snomed": "9014002"}
SIGN = {"sign_zh": "最近住过院", "sign_en": "In hospital lately", "urgent": "no", "disease": ""}


@pytest.fixture
def cast(database: Database) -> Cast:
    """陈 offers times in endocrinology."""
    assert database
    made = found_cast()
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    db.perform(service.open_slots, made.chen, day, "09:00", "11:00", 15, "")
    return made


def _page(cast: Cast) -> HospitalRules:
    return db.perform(ruling_page.rules_page, cast.staff)


def _set(cast: Cast, use_case: object, *given_: object) -> None:
    db.perform(use_case, cast.staff, _page(cast).turn, *given_)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]


def _publish(cast: Cast, day: str = "") -> int:
    return db.perform(ruling.publish, cast.staff, _page(cast).turn, day)


def _where(cast: Cast) -> str:
    return cast.town.departments["endocrinology"]


def test_what_is_kept_counts_once_it_is_published(cast: Cast):
    assert (_page(cast).version, _page(cast).changed) == ("1", False)
    _set(cast, ruling.set_limits, "1", "7")
    page = _page(cast)
    assert (page.months, page.years, page.changed, page.version) == (1, 7, True, "1")
    assert _publish(cast) == 1
    page = _page(cast)
    assert (page.version, page.changed, page.history[0].state) == ("1.1", False, "now")
    (four,) = [each for each in page.rules if each.number == 4]
    assert "1 个月" in four.text.zh
    with db.reading() as session:
        lines = session.exec(select(LedgerLine).where(LedgerLine.action == "followup:rules:manage")).all()
        assert len(lines) == 1
    with pytest.raises(Invalid, match="same"):
        _publish(cast)


def test_a_check_follows_the_hospitals_months_and_names_the_version(cast: Cast):
    diagnosed(cast.town, cast.town.lin)
    before = answered(cast.lin, cast.chen, _where(cast)).verdict
    assert (before.met, before.rules_version) == (True, shipped().version)
    seen = next(each.day for each in before.checks if each.name == "recent")
    days = (clock.now().date() - type(clock.now().date()).fromisoformat(seen)).days
    assert days < 300
    clock.clock.advance(hours=24 * 40)
    _set(cast, ruling.set_limits, "1", "6")
    effect = db.perform(ruling_page.preview_rules, cast.staff)
    assert (effect.looked, effect.refused) == (1, 0 if days < 28 else 1)
    _publish(cast)
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    db.perform(service.open_slots, cast.chen, day, "09:00", "11:00", 15, "")
    after = answered(cast.lin, cast.chen, _where(cast)).verdict
    assert (after.met, after.cited, after.rules_version) == (False, "recent", shipped().version * 10_000 + 1)


def test_a_yes_of_an_older_version_is_asked_anew(cast: Cast):
    may_book(cast.town, cast.lin, cast.chen)
    offers = db.perform(service.offers, cast.lin).offers
    assert [each.check for each in offers] == [""]
    _set(cast, ruling.add_flag, SIGN)
    effect = db.perform(ruling_page.preview_rules, cast.staff)
    assert (effect.looked, effect.refused, effect.let, effect.asked) == (1, 0, 0, 1)
    _publish(cast)
    (again,) = db.perform(service.offers, cast.lin).offers
    assert again.check.startswith("/followup/check/")
    with db.reading() as session:
        slot = session.exec(select(Slot.id).order_by(col(Slot.starts_at))).first()
    with pytest.raises(Denied):
        db.perform(service.book, cast.lin, slot, "想调药")
    asked = [each.name for each in db.perform(service.questions_of, cast.lin, _where(cast), "diabetes")]
    assert "sign_1" in asked
    told = {"disease": "diabetes", "flags": ["sign_1"], "none": False, "controlled": "no"}
    verdict = db.perform(service.ask, cast.lin, _where(cast), cast.chen.account_id, told).verdict
    assert (verdict.met, verdict.cited) == (False, "flags")


def test_diseases_are_taken_off_and_added_by_code(cast: Cast):
    diagnosed(cast.town, cast.town.lin)
    diagnosed(cast.town, cast.town.lin, Item("diagnosis", Words("银屑病", "Psoriasis"), (Coding(ICD, "L40.0"),),
                                              status="active"))  # fmt: skip
    where = _where(cast)
    assert answered(cast.lin, cast.chen, where).verdict.met
    _set(cast, ruling.switch_disease, "diabetes")
    _set(cast, ruling.add_disease, PSORIASIS)
    assert db.perform(ruling_page.preview_rules, cast.staff).refused == 1
    _publish(cast)
    page = db.perform(service.check_page, cast.lin, where, cast.chen.account_id)
    assert [each.name for each in page.diseases] == ["own_1"]
    told = {"disease": "own_1", "flags": [], "none": True, "controlled": "no"}
    assert db.perform(service.ask, cast.lin, where, cast.chen.account_id, told).verdict.met
    with pytest.raises(Invalid):
        db.perform(service.ask, cast.lin, where, cast.chen.account_id, told | {"disease": "diabetes"})
    _set(cast, ruling.take_up, 0)
    assert _publish(cast) == 2
    assert answered(cast.lin, cast.chen, where).verdict.met


def test_a_version_waits_for_its_day_and_a_newer_one_replaces_it(cast: Cast):
    today = _page(cast).today
    later = (clock.now() + timedelta(days=10)).date().isoformat()
    _set(cast, ruling.set_limits, "3", "6")
    _publish(cast, later)
    assert (_page(cast).version, _page(cast).history[0].state) == ("1", "coming")
    clock.clock.advance(hours=24 * 11)
    assert _page(cast).version == "1.1"
    _set(cast, ruling.set_limits, "4", "6")
    _publish(cast, (clock.now() + timedelta(days=10)).date().isoformat())
    _set(cast, ruling.set_limits, "5", "6")
    _publish(cast)
    assert [each.state for each in _page(cast).history] == ["now", "never", "before"]
    clock.clock.advance(hours=24 * 11)
    assert _page(cast).version == "1.3"
    _set(cast, ruling.set_limits, "2", "6")
    for wrong in (today, "someday", "2999-01-01"):
        with pytest.raises(Invalid):
            _publish(cast, wrong)


@pytest.mark.parametrize(
    ("use_case", "wrong"),
    [
        (ruling.set_limits, ("0", "6")),
        (ruling.set_limits, ("12", "5")),
        (ruling.set_limits, ("37", "6")),
        (ruling.set_limits, (None, {})),
        (ruling.add_disease, ({},)),
        (ruling.add_disease, (PSORIASIS | {"icd10": "", "snomed": ""},)),
        (ruling.add_disease, (PSORIASIS | {"icd10": "银屑病"},)),
        (ruling.add_disease, (PSORIASIS | {"icd10": "L49-L40"},)),
        (ruling.add_disease, (PSORIASIS | {"snomed": "12"},)),
        (ruling.add_disease, (PSORIASIS | {"zh": "长" * 61},)),
        (ruling.add_flag, (SIGN | {"disease": "plague"},)),
        (ruling.add_flag, (SIGN | {"sign_en": " "},)),
    ],
    ids=lambda each: each.__name__ if callable(each) else repr(each),
)
def test_what_cannot_be_set(cast: Cast, use_case: object, wrong: tuple[object, ...]):
    with pytest.raises(Invalid):
        _set(cast, use_case, *wrong)
    assert not _page(cast).changed


def test_what_is_built_in_is_not_removed(cast: Cast):
    for name in ("chest", "sign_1", None):
        with pytest.raises(NotFound):
            _set(cast, ruling.drop_flag, name)
    for name in ("diabetes", "own_1"):
        with pytest.raises(NotFound):
            _set(cast, ruling.drop_disease, name)
    with pytest.raises(NotFound):
        _set(cast, ruling.switch_disease, "plague")
    with pytest.raises(NotFound):
        _set(cast, ruling.take_up, 3)
    with pytest.raises(NotFound):
        _set(cast, ruling.take_up, 2**80)


def test_two_colleagues_do_not_overwrite_each_other(cast: Cast):
    turn = _page(cast).turn
    db.perform(ruling.set_limits, cast.staff, turn, "3", "6")
    with pytest.raises(Conflict):
        db.perform(ruling.set_limits, cast.staff, turn, "9", "6")
    with pytest.raises(Conflict):
        db.perform(ruling.publish, cast.staff, turn, "")
    assert _page(cast).months == 3


def test_nobody_else_sees_or_sets_them(cast: Cast):
    for other in (cast.lin, cast.chen):
        for use_case, arguments in (
            (ruling_page.rules_page, ()),
            (ruling_page.preview_rules, ()),
            (ruling.set_limits, (0, "3", "6")),
            (ruling.publish, (0, "")),
        ):
            with pytest.raises(HealthCloudError) as told:
                db.perform(use_case, other, *arguments)
            assert isinstance(told.value, Denied)
    _set(cast, ruling.set_limits, "3", "6")
    _publish(cast)
    with db.reading() as session:
        assert ruling.rules_at(session, cast.gao.organization_id).months == shipped().months


@given(
    st.builds(
        Own,
        months=st.integers(1, 36),
        years=st.integers(6, 18),
        without=st.lists(st.sampled_from(sorted(shipped().diseases)), unique=True).map(tuple),
        flags=st.lists(
            st.builds(
                OwnFlag,
                name=st.from_regex(r"sign_[1-9]", fullmatch=True),
                zh=st.text(max_size=5),
                en=st.text(max_size=5),
                urgent=st.booleans(),
                disease=st.sampled_from(["", *sorted(shipped().diseases)]),
            ),
            max_size=4,
            unique_by=lambda each: each.name,
        ).map(tuple),
    )
)
def test_nothing_that_a_hospital_sets_touches_the_laws_part(own: Own):
    rules, base = hospital.merged(own, 1), shipped()
    assert set(base.flags) <= set(rules.flags)
    assert all(rules.flags[name] == each for name, each in base.flags.items())
    assert set(base.always) <= set(rules.always)
    assert rules.child_years >= base.child_years
    for name in rules.diseases:
        assert {each.name for each in base.asked_of(name)} <= {each.name for each in rules.asked_of(name)}
    for name in ("first", "flags", "controlled", "grant"):
        assert rules.texts[name] == base.texts[name]
    assert hospital.own_from(hospital.body_of(own)) == own

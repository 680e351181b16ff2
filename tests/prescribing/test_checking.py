"""The checks, as functions of what is written, the hospital's lines, and what was given to see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from health_cloud.core.words import Words
from health_cloud.demo.formulary import formulary_file
from health_cloud.prescribing.service.checking import (
    ATC,
    Situation,
    check,
    check_whole,
    is_ready,
    needed,
)
from health_cloud.prescribing.service.reading import read
from health_cloud.prescribing.service.searching import search
from health_cloud.prescribing.service.wording import renewed
from health_cloud.prescribing.views.prescriptions import Given, GivenAllergy, GivenMedicine, Item

CONTENTS = read(formulary_file())
DOSE = Item("metformin", "1", "2/1", "oral", "", "30", "60")


def _with(*codes: str, given: Given = Given()) -> Situation:  # noqa: B008 - frozen
    return Situation(CONTENTS, given, [replace(DOSE, code=code) for code in codes])


def _ids(item: Item, situation: Situation) -> dict[str, str]:
    return {each.id.split(":")[0]: each.level for each in check(item, situation)}


def _first(situation: Situation) -> dict[str, str]:
    return _ids(situation.items[0], situation)


def _now(name: str, atc: str, code: str = "") -> Given:
    taken = GivenMedicine(Words(name, name), (f"{ATC}#{atc}",), now=True, entry="e", code=code)
    return Given(medicines=(taken,))


def test_an_allergy_is_found_by_word_code_and_class():
    for allergy in (
        GivenAllergy(Words("青霉素", "")),
        GivenAllergy(Words("", "penicillin")),
        GivenAllergy(Words("别的叫法", ""), ("http://snomed.info/sct#91936005",)),
        GivenAllergy(Words("别的叫法", ""), (f"{ATC}#J01C",)),
    ):
        assert _first(_with("amoxicillin", given=Given(allergies=(allergy,))))["allergy"] == "warn"
    assert "allergy" not in _first(_with("metformin", given=Given(allergies=(GivenAllergy(Words("青霉素", "")),))))


def test_the_same_ingredient_and_the_same_group():
    assert _first(_with("metformin", "metformin-sitagliptin"))["twice"] == "warn"
    assert _first(_with("valsartan", "losartan"))["twice"] == "warn"
    assert _first(_with("valsartan", "perindopril"))["twice"] == "warn"  # a group of the hospital's own
    assert "twice" not in _first(_with("metformin", "aspirin"))
    assert _first(_with("valsartan", given=_now("缬沙坦", "C09CA03")))["now"] == "warn"
    assert "now" not in _first(_with("metformin", given=_now("缬沙坦", "C09CA03")))


def test_what_is_renewed_is_not_its_own_duplicate():
    given_to = _now("缬沙坦", "C09CA03", "valsartan")
    item = replace(DOSE, code="valsartan", renews="e/0")
    assert "now" not in _ids(item, Situation(CONTENTS, given_to, [item]))
    assert "now" in _ids(replace(item, renews="f/0"), Situation(CONTENTS, given_to, [item]))


def test_interactions_go_both_ways_and_have_their_gravity():
    assert _first(_with("valsartan", "potassium"))["with"] == "warn"
    assert _first(_with("potassium", "valsartan"))["with"] == "warn"
    assert _first(_with("allopurinol", "febuxostat"))["with"] == "refuse"
    assert _first(_with("atorvastatin", "fenofibrate"))["with"] == "note"
    assert _first(_with("warfarin", given=_now("布洛芬", "M01AE01")))["with"] == "warn"
    situation = _with("warfarin", given=_now("布洛芬", "M01AE01"))
    (found,) = [each for each in check(situation.items[0], situation) if each.id.startswith("with")]
    assert found.source == "药品说明书"
    assert "布洛芬" in found.words.zh


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"single": "3"}, {"single": "warn", "day": "warn"}),
        ({"single": "2", "often": "3/1"}, {"day": "warn"}),
        ({"days": "85", "quantity": "170"}, {"days": "refuse"}),
        ({"quantity": "59"}, {"short": "note"}),
        ({"quantity": "90"}, {"more": "warn"}),
        ({"quantity": "89"}, {}),
        ({}, {}),
    ],
)
def test_amounts_are_held_against_the_hospitals_own(changed: dict[str, str], found: dict[str, str]):
    item = replace(DOSE, **changed)
    told = _ids(item, Situation(CONTENTS, Given(), [item]))
    amounts = {name: told[name] for name in ("single", "day", "days", "short", "more") if name in told}
    if "short" not in found:
        amounts.pop("short", "")  # more at once needs more in all
    assert amounts == found


@pytest.mark.parametrize("code", ["alprazolam", "oxycodone", "testosterone", "linezolid", "none-such"])
def test_what_is_controlled_is_refused_whatever_is_written(code: str):
    situation = _with(code)
    refused = [each for each in check(situation.items[0], situation) if each.level == "refuse"]
    assert refused
    reasoned = replace(situation.items[0], reasons={each.id: "要用" for each in refused})
    assert not is_ready(check(reasoned, replace(situation, items=[reasoned])))


def test_children_under_six_and_unknown_ages():
    child = Situation(CONTENTS, Given(at="2026-11-22T00:00:00+00:00"), [DOSE], under_six=True)
    assert [each.level for each in check_whole(child)] == ["refuse"]
    assert check_whole(replace(child, guarded=True)) == ()
    assert [each.id for each in check_whole(replace(child, under_six=None, guarded=True))] == ["age"]
    many = Situation(CONTENTS, Given(at="2026-11-22T00:00:00+00:00"), [DOSE] * 6)
    assert [each.id for each in check_whole(many)] == ["many"]


def test_a_warning_is_passed_with_a_reason_alone():
    situation = _with("valsartan", "potassium")
    found = check(situation.items[0], situation)
    assert not is_ready(found)
    reasoned = replace(situation.items[0], reasons={each.id: "查过血钾" for each in found if each.level == "warn"})
    assert is_ready(check(reasoned, replace(situation, items=[reasoned, situation.items[1]])))


@settings(max_examples=200, deadline=None)
@given(st.builds(Item, code=st.sampled_from(sorted(CONTENTS.medicines)), single=st.text(max_size=6),
                 often=st.text(max_size=6), days=st.text(max_size=6), quantity=st.text(max_size=6)))  # fmt: skip
def test_nothing_typed_breaks_the_checks(item: Item):
    for each in check(item, Situation(CONTENTS, Given(), [item])):
        assert each.words.zh
        assert each.words.en
    assert needed(item) is None or needed(item) > 0


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("二甲双胍", "metformin"),
        ("ejsg", "metformin"),
        ("Metformin", "metformin"),
        ("A10BK01", "dapagliflozin"),
        ("缬沙坦 80", "valsartan"),
    ],
)
def test_a_medicine_is_found_by_name_initials_and_code(query: str, first: str):
    assert search(CONTENTS, query)[0].code == first


def test_nothing_is_found_for_nothing():
    assert search(CONTENTS, "  ") == []
    assert search(CONTENTS, "没有这个药") == []


@pytest.mark.parametrize(
    ("earlier", "written"),
    [
        (
            GivenMedicine(Words("x"), dose=Words("口服，每次 1 粒，每天 1 次，早晨"), amount=Words("1 粒"),
                          frequency=Words("每天 1 次"), quantity=Words("84 粒"), days="84"),
            ("1", "1/1", "oral", "morning", "84", "84"),
        ),
        (
            GivenMedicine(
                Words("x"), dose=Words("皮下注射"), amount=Words("10-12 IU"), frequency=Words("每 7 天 1 次")
            ),
            ("", "1/7", "subcutaneous", "", "", ""),
        ),
        (GivenMedicine(Words("x"), dose=Words("遵医嘱")), ("", "", "", "", "", "")),
        (GivenMedicine(Words("x"), frequency=Words("每天 9 次"), days="30.5"), ("", "", "", "", "", "")),
        (
            GivenMedicine(Words("x"), dose=Words("口服，每次 1–2 片，每天 1 次，早晨；然后每次 2 片，每天 2 次，睡前"),
                          amount=Words("1–2 片"), quantity=Words("28 片")),
            ("", "", "oral", "", "", "28"),
        ),
    ],
    ids=["whole", "range", "as-told", "odd", "steps"],
)  # fmt: skip
def test_a_renewal_takes_what_was_written_and_no_more(earlier: GivenMedicine, written: tuple[str, ...]):
    item = renewed(earlier)
    assert (item.single, item.often, item.route, item.timing, item.days, item.quantity) == written

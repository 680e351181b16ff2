"""A formulary's file: read whole or not at all, and every fault is said with its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from health_cloud.core import db
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.demo.formulary import formulary_file
from health_cloud.prescribing.service import formulary
from health_cloud.prescribing.service.reading import COLUMNS, Unreadable, read
from tests.databases import Database
from tests.people import COMMAND_LINE
from tests.sharing import found_cast

HEAD = (
    "kind,code,name_zh,strength,unit_zh,pack,price,atc,single_max,day_max,control,"
    "members,other,severity,words_zh,source,antibacterial"
)
GOOD = "medicine,metformin,二甲双胍,0.5 g,片,30,16.40,A10BA02,2,4,,,,,,"


def _file(*lines: str) -> bytes:
    """Put lines under the head; one cell short, they say nothing of the last column."""
    whole = (line + "," if line.count(",") == HEAD.count(",") - 1 else line for line in lines)
    return "\n".join((HEAD, *whole)).encode()


def test_the_demonstrations_own_file_is_read():
    contents = read(formulary_file())
    assert len(contents.medicines) >= 60
    assert (len(contents.groups), len(contents.interactions), len(contents.allergies)) == (4, 12, 5)
    assert contents.medicines["metformin-sitagliptin"].ingredients == ("A10BH01", "A10BA02")


def test_as_spreadsheets_in_china_write_it():
    assert read(_file(GOOD).decode().encode("gb18030")).medicines["metformin"].name.zh == "二甲双胍"
    assert read(b"\xef\xbb\xbf" + _file(GOOD)).medicines["metformin"].price == 1640


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("medicine,,二甲双胍,0.5 g,片,30,16.40,A10BA02,,,,,,,,", "code"),
        (GOOD, "code"),
        ("medicine,a b,二甲双胍,0.5 g,片,30,16.40,A10BA02,,,,,,,,", "code"),
        ("medicine,x,,0.5 g,片,30,16.40,A10BA02,,,,,,,,", "name_zh"),
        ("medicine,x,药,g,片,30,16.40,A10BA02,,,,,,,,", "strength"),
        ("medicine,x,药,0.5 g,,30,16.40,A10BA02,,,,,,,,", "unit_zh"),
        ("medicine,x,药,0.5 g,片,0,16.40,A10BA02,,,,,,,,", "pack"),
        ("medicine,x,药,0.5 g,片,1.5,16.40,A10BA02,,,,,,,,", "pack"),
        ("medicine,x,药,0.5 g,片,30,16.405,A10BA02,,,,,,,,", "price"),
        ("medicine,x,药,0.5 g,片,30,-1,A10BA02,,,,,,,,", "price"),
        ("medicine,x,药,0.5 g,片,30,16.40,A10,,,,,,,,", "atc"),
        ("medicine,x,药,0.5 g,片,30,16.40,A10BA02,4,2,,,,,,", "day_max"),
        ("medicine,x,药,0.5 g,片,30,16.40,A10BA02,,,strong,,,,,", "control"),
        ("group,g,组,,,,,,,,,,,,,", "members"),
        ("interaction,i,互,,,,,,,,,A10BA,C09,grave,话,书", "severity"),
        ("interaction,i,互,,,,,,,,,A10BA,C09,serious,话,", "source"),
        ("interaction,i,互,,,,,,,,,A10BA,(C09),serious,话,书", "other"),
        ("allergy,a,敏,,,,,,,,,J01C,,,,", "other"),
        ("drug,x,药,0.5 g,片,30,16.40,,,,,,,,,", "kind"),
        ("medicine,x,药", "kind"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(line: str, column: str):
    with pytest.raises(Unreadable) as unread:
        read(_file(GOOD, line))
    problem = unread.value.problems[0]
    assert (problem.line, problem.column) == (3, column)
    assert problem.words.zh
    assert problem.words.en


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"a,b,c\n1,2,3",
        b"kind,code,name_zh,code\n",
        b"PK\x03\x04\x00\x00",
        _file(),
        b"kind,code,name_zh\n",
        _file(GOOD).replace(b"control,", b"", 1),
    ],
)
def test_what_is_no_formulary_is_said_so(raw: bytes):
    with pytest.raises(Invalid):
        read(raw)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=24), max_size=6))
def test_no_file_breaks_it(lines: list[list[str]]):
    text = "\n".join([",".join(COLUMNS), *(",".join(cells) for cells in lines)])
    try:
        read(text.encode("utf-8", "surrogatepass"))
    except Invalid as problem:
        assert problem.key  # noqa: PT017 - a refusal in words is what is wanted; all else fails


def test_it_is_offered_compared_and_taken(database: Database):
    cast = found_cast()
    first = db.perform(formulary.load_formulary, cast.staff, _file(GOOD))
    page = db.perform(formulary.formulary_page, cast.staff)
    assert (page.taken.id, page.offered.number, page.added) == ("", 1, 1)
    db.perform(formulary.take_formulary, cast.staff, first.id)
    with pytest.raises(Conflict):
        db.perform(formulary.load_formulary, cast.staff, _file(GOOD))
    changed = GOOD.replace("16.40", "17.00")
    second = db.perform(
        formulary.load_formulary,
        cast.staff,
        _file(changed, "medicine,aspirin,阿司匹林,100 mg,片,30,9.00,B01AC06,,,,,,,,"),
    )
    page = db.perform(formulary.formulary_page, cast.staff)
    assert (page.taken.number, page.offered.number, page.added, page.changed, page.dropped) == (1, 2, 1, 1, 0)
    assert [each.fields for each in page.differences if each.what == "changed"] == ["price"]
    with db.reading() as session:
        assert "aspirin" not in formulary.in_force(session, cast.town.organization_id)[1].medicines
    db.perform(formulary.take_formulary, cast.staff, second.id)
    page = db.perform(formulary.formulary_page, cast.staff)
    assert (page.taken.number, page.offered.id, [each.number for each in page.before]) == (2, "", [1])
    with pytest.raises(Conflict):
        db.perform(formulary.take_formulary, cast.staff, first.id)


def test_nothing_is_half_loaded(database: Database):
    cast = found_cast()
    with pytest.raises(Unreadable):
        db.perform(formulary.load_formulary, cast.staff, _file(GOOD, "group,g,组,,,,,,,,,,,,,"))
    page = db.perform(formulary.formulary_page, cast.staff)
    assert (page.taken.id, page.offered.id) == ("", "")


def test_nobody_else_loads_or_takes_it(database: Database):
    cast = found_cast()
    made = db.perform(formulary.load_formulary, cast.staff, _file(GOOD))
    for other in (cast.chen, cast.lin):
        for use_case, given_to in ((formulary.load_formulary, _file(GOOD)), (formulary.take_formulary, made.id)):
            with pytest.raises(Denied):
                db.perform(use_case, other, given_to)
    with pytest.raises(NotFound):
        db.perform(formulary.take_formulary, cast.other_staff, made.id)
    with pytest.raises(NotFound):
        db.perform(formulary.leave_formulary, cast.other_staff, made.id)
    assert db.perform(formulary.formulary_page, cast.other_staff).offered.id == ""
    with pytest.raises(Denied):
        db.perform(formulary.load_formulary, COMMAND_LINE, _file(GOOD))

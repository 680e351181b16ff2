"""Which units are one family, by UCUM, and which only look like one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_cloud.records.service.units import ONE, converted, factor

CODES = ("g/dL", "g/L", "mg/dL", "mmol/L", "umol/L", "10*9/L", "10*3/uL", "U/L", "ng/mL", "ug/L", "%", "fL", "mm[Hg]")


@pytest.mark.parametrize(
    ("sent", "wanted", "by"),
    [
        ("g/dL", "g/L", "10"),
        ("10*3/uL", "10*9/L", "1"),
        ("umol/L", "mmol/L", "0.001"),
        ("ng/mL", "ug/L", "1"),
        ("m[IU]/mL", "[IU]/L", "1"),
    ],
)
def test_another_size_of_the_same(sent: str, wanted: str, by: str) -> None:
    assert factor(sent, wanted) == Decimal(by)


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ("mg/dL", "mmol/L"),  # a mass is no amount of substance: that takes the molar mass of the analyte
        ("%", "mmol/mol"),  # HbA1c by NGSP and by IFCC: both count as of no dimension, and are not proportional
        ("[IU]/L", "10*9/L"),
        ("mL/min", "mL/min/{1.73_m2}"),  # clearance, and clearance for a usual body surface
        ("{copies}/mL", "/mL"),
        ("/[HPF]", "/[LPF]"),
        ("Cel", "K"),
        ("mEq/L", "mmol/L"),  # not UCUM
        ("", "g/L"),
        ("", ""),
        ("(", "g/L"),
    ],
)
def test_not_one_family(sent: str, wanted: str) -> None:
    assert factor(sent, wanted) is None
    assert factor(wanted, sent) is None


@given(st.sampled_from(CODES), st.sampled_from(CODES), st.decimals(-10_000, 10_000, places=3))
def test_there_and_back_is_where_it_was(sent: str, wanted: str, number: Decimal) -> None:
    there, back = factor(sent, wanted), factor(wanted, sent)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        again = converted(converted(str(number), there), back)
        assert abs(Decimal(again) - number) <= abs(number) * Decimal("1e-9")


@pytest.mark.parametrize(
    ("number", "by", "drawn"),
    [
        ("14.20", Decimal(10), "142"),
        ("1e2", ONE, "100"),
        ("", ONE, ""),
        ("NaN", ONE, ""),
        ("1:160", ONE, ""),
        ("0", ONE, "0"),
    ],
)
def test_what_is_drawn(number: str, by: Decimal, drawn: str) -> None:
    assert converted(number, by) == drawn

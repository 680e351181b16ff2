"""The hospital's medicines and diagnoses: ATC and ICD-10, with words a patient understands."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from health_cloud.demo.fhir import Text


@dataclass(frozen=True, slots=True)
class Medicine:
    """A product as prescribed: strength, dose, how often, for how many days, and the price of the pack."""

    key: str
    name: Text
    atc: str
    dose: Decimal
    dose_unit: str
    times: int
    every: int
    """So many times in this many days."""
    days: int
    price: Decimal
    directions: Text


_TABLES: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)


def _medicine(key: str, row: list[str]) -> Medicine:
    chinese, english, atc, dose, unit, times, days, price, how, how_english = row
    name, directions = (chinese, english), (how, how_english)
    often, _, every = times.partition("/")
    counted = (int(often), int(every or 1), int(days))
    return Medicine(key, name, atc, Decimal(dose), unit, *counted, Decimal(price), directions)


MEDICINES = {key: _medicine(key, row) for key, row in _TABLES["medicines"].items()}

DIAGNOSES: dict[str, tuple[Text, str]] = {
    key: ((chinese, english), code) for key, (chinese, english, code) in _TABLES["diagnoses"].items()
}
"""Names and ICD-10 codes."""

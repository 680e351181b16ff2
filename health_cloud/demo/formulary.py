"""The demonstration's formulary: a table of ours as the file that a hospital would load, through the same loader."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session

from health_cloud.core.actors import Actor
from health_cloud.prescribing.service.formulary import hospital_of, in_force, load_formulary, take_loaded
from health_cloud.prescribing.service.reading import COLUMNS

_UNITS: Final = {
    "t": ("片", "tablet", "片剂", "Tablet"),
    "c": ("粒", "capsule", "胶囊", "Capsule"),
    "p": ("吸", "puff", "吸入剂", "Inhaler"),
    "d": ("滴", "drop", "滴眼液", "Eye drops"),
    "s": ("袋", "sachet", "颗粒", "Granules"),
    "a": ("次", "application", "乳膏", "Cream"),
    "u": ("IU", "IU", "注射液", "Injection"),
}


def formulary_file() -> bytes:
    """Return the file, as docs/formulary.md says it has to be."""
    told: dict[str, list[list[Any]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for each in told["medicines"]:
        writer.writerow(_medicine(*each))
    for code, zh, en, members in told["groups"]:
        writer.writerow({"kind": "group", "code": code, "name_zh": zh, "name_en": en, "members": members})
    for code, one, other, severity, zh, en, source in told["interactions"]:
        line = {"kind": "interaction", "code": code, "name_zh": code, "members": one, "other": other}
        writer.writerow(line | {"severity": severity, "words_zh": zh, "words_en": en, "source": source})
    for code, zh, en, members, said in told["allergies"]:
        line = {"kind": "allergy", "code": code, "name_zh": zh, "name_en": en, "members": members, "other": said}
        writer.writerow(line)
    return text.getvalue().encode("utf-8-sig")


def put_formulary(session: Session, actor: Actor, organization_code: str) -> None:
    """Have the demonstration's hospital prescribe from it, where it prescribes from nothing yet."""
    hospital = hospital_of(session, organization_code)
    if not in_force(session, hospital)[0]:
        made = load_formulary(session, actor, formulary_file(), hospital)
        take_loaded(session, actor, hospital, made.id)


def _medicine(*cells: Any) -> dict[str, Any]:
    code, zh, en, pinyin, atc, strength, unit, pack, price, single, day, control, antibacterial, ingredients = cells
    counted = _UNITS[unit]
    return {
        "kind": "medicine",
        "code": code,
        "name_zh": zh,
        "name_en": en,
        "pinyin": pinyin,
        "atc": atc,
        "form_zh": counted[2],
        "form_en": counted[3],
        "strength": strength,
        "unit_zh": counted[0],
        "unit_en": counted[1],
        "pack": pack,
        "price": price,
        "single_max": single,
        "day_max": day,
        "control": control,
        "antibacterial": antibacterial,
        "members": ingredients,
    }

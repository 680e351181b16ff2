"""What tells a visit: wards of a stay, procedures, notes in chapters, and the plan for afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from health_cloud.demo.directory import DOCTORS
from health_cloud.demo.fhir import LOCAL, LOINC, Text, coding, concept, instant, said
from health_cloud.demo.story import Story, Visit


def wards(written: Visit, moves: Sequence[tuple[Text, datetime]]) -> None:
    """Puts the wards of a stay into its encounter, each until the next one, the last until the end."""
    ends = [when.isoformat() for _, when in moves[1:]] + [written.resource["period"].get("end", "")]
    written.resource["location"] = [
        {
            "location": said("display", name),
            "status": "completed" if end else "active",
            "period": {"start": when.isoformat(), **({"end": end} if end else {})},
        }
        for (name, when), end in zip(moves, ends, strict=True)
    ]


def came_and_went(written: Visit, came: Text | None, went: Text | None) -> None:
    """Says from where somebody was admitted and where they went."""
    found = {"admitSource": concept(came) if came else None, "dischargeDisposition": concept(went) if went else None}
    written.resource["hospitalization"] = {key: value for key, value in found.items() if value}


def procedure(story: Story, written: Visit, given: Mapping[str, Any]) -> None:
    """Writes a procedure; its times are the days after the visit began, a clock, and how long it took."""
    start = instant(written.day + timedelta(days=given.get("after", 0)), given["clock"])
    end = start + timedelta(minutes=given["minutes"])
    if not story.over(end):
        return
    doctor = DOCTORS[given["doctor"]] if "doctor" in given else written.doctor
    story.add(
        "Procedure",
        story.key("procedure", start.date(), given["key"]),
        end,
        {
            "status": "completed",
            "code": concept(_pair(given["name"]), coding(f"{LOCAL}/procedure", given["key"])),
            **story.about(written),
            "performedPeriod": {"start": start.isoformat(), "end": end.isoformat()},
            "performer": [{"function": concept(("术者", "Operator")), "actor": doctor.reference}],
            **({"bodySite": [concept(_pair(given["site"]))]} if "site" in given else {}),
            **({"outcome": concept(_pair(given["outcome"]))} if "outcome" in given else {}),
        },
    )


def plan(story: Story, written: Visit, text: Text, *, hours: float = 0.3) -> None:
    """Writes what is to be done after a visit."""
    when = written.start + timedelta(hours=hours)
    if not story.over(when):
        return
    story.add(
        "CarePlan",
        story.key("plan", when.date(), written.department.key),
        when,
        {
            "status": "completed" if (story.today - when.date()).days > 365 else "active",  # noqa: PLR2004  # a year
            "intent": "plan",
            **said("title", text),
            **story.about(written),
            "created": when.isoformat(),
            "author": written.doctor.reference,
        },
    )


def composed(story: Story, written: Visit, given: Mapping[str, Any]) -> None:
    """Writes a note in chapters; each has its LOINC code, and its text in both languages."""
    when = written.start + timedelta(hours=given["hours"])
    if not story.over(when):
        return
    title = _pair(given["title"])
    story.add(
        "Composition",
        story.key("note", when.date(), given["code"]),
        when,
        {
            "status": "final",
            "type": concept(title, coding(LOINC, given["code"])),
            **story.about(written),
            "date": when.isoformat(),
            "author": [written.doctor.reference],
            **said("title", title),
            "section": [
                {
                    **said("title", _pair(each["title"])),
                    "code": concept(_pair(each["title"]), coding(LOINC, each["code"])),
                    "text": {"status": "additional", "div": _narrative(_pair(each["text"]))},
                }
                for each in given["chapters"]
            ],
        },
    )


def _narrative(text: Text) -> str:
    """Returns a narrative whose parts are marked by language (FHIR R4, 2.4.0.5)."""
    parts = [
        f'<div lang="{language}">{"".join(f"<p>{escape(line)}</p>" for line in said_in.splitlines())}</div>'
        for language, said_in in zip(("zh-CN", "en"), text, strict=True)
    ]
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{"".join(parts)}</div>'


def _pair(given: Sequence[str]) -> Text:
    chinese, english = given
    return (chinese, english)

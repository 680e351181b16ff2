"""Reads a life from its TOML file and plays it: each ``[[visit]]`` with all that belongs to it.

The day of a visit is fixed (``day``) or counted back from today (``ago``). What has not happened yet is left out.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from health_cloud.demo import microbiology, panels, stays
from health_cloud.demo.chance import recent
from health_cloud.demo.examinations import Finding, examine, image
from health_cloud.demo.fhir import Text, instant
from health_cloud.demo.laboratory import Order, report
from health_cloud.demo.originals import document, sheet
from health_cloud.demo.paper import paragraph
from health_cloud.demo.pharmacy import order_on_ward, prescribe
from health_cloud.demo.story import Story, Visit
from health_cloud.demo.visits import Plan, check_up, follow_up, measure, note, visit

_LIVES = Path(__file__).parent / "lives"
_SET_PANELS = frozenset({"kidney", "liver", "blood-count", "thyroid"})


@dataclass(frozen=True, slots=True)
class Script:
    """The texts and visits of one life."""

    texts: dict[str, Text]
    visits: list[dict[str, Any]]

    def text(self, key: str, **values: object) -> Text:
        """Returns a text with its placeholders filled."""
        chinese, english = self.texts[key]
        return (chinese.format(**values), english.format(**values))


def read(name: str) -> Script:
    """Reads ``lives/<name>.toml``."""
    content = tomllib.loads((_LIVES / f"{name}.toml").read_text(encoding="utf-8"))
    texts = {key: (chinese, english) for key, (chinese, english) in content.get("texts", {}).items()}
    return Script(texts, content.get("visit", []))


def play(story: Story, script: Script) -> None:
    """Writes every visit of the script that lies before today."""
    for scene in script.visits:
        day = recent(story.today, scene["ago"]) if "ago" in scene else scene["day"]
        if day < story.today:
            play_visit(story, day, scene)


def play_visit(story: Story, day: date, scene: Mapping[str, Any]) -> Visit:
    """Writes one visit with its measures, reports, cultures, examinations, images and prescription."""
    if "check-up" in scene:
        seen = check_up(story, day, _pair(scene["check-up"]), _pair(scene["reason"]), doctor=scene["doctor"])
        play_parts(story, seen, scene)
        return seen
    plan = Plan(
        reason=_pair(scene["reason"]),
        diagnoses=scene.get("diagnoses", ()),
        note=_pair(scene["note"]) if "note" in scene else None,
        kind=scene.get("kind", "AMB"),
        status=scene.get("status", "finished"),
        title=_pair(scene["title"]) if "title" in scene else None,
        minutes=scene.get("minutes", 15),
        end=scene.get("end"),
        open_end=scene.get("open-end", False),
    )
    seen = (follow_up if scene.get("follow-up") else visit)(story, day, scene["clock"], scene["doctor"], plan)
    play_parts(story, seen, scene)
    return seen


def play_parts(story: Story, seen: Visit, scene: Mapping[str, Any]) -> None:
    """Writes what belongs to a visit that is written already."""
    measure(story, seen, **scene.get("signs", {}))
    for order in scene.get("laboratory", ()):
        report(story, seen, _order(story, seen, order))
    for culture in scene.get("culture", ()):
        microbiology.report(story, seen, culture)
    for finding in scene.get("examination", ()):
        examine(story, seen, _finding(finding))
    for finding in scene.get("imaging", ()):
        image(story, seen, _finding(finding))
    for order in scene.get("orders", ()):
        when = instant(seen.day + timedelta(days=order["after"]), order["clock"])
        if story.over(when):
            order_on_ward(story, seen, order["medicine"], when, scene["diagnoses"][0])
    _play_stay(story, seen, scene)
    _play_papers(story, seen, scene)
    if "medicines" in scene:
        reason = scene["diagnoses"][0]
        prescribe(story, seen, scene["medicines"], reason=reason, payment=scene.get("payment", "insured"))


def _play_stay(story: Story, seen: Visit, scene: Mapping[str, Any]) -> None:
    moves = [
        (_pair(each["name"]), instant(seen.day + timedelta(days=each.get("after", 0)), each["clock"]))
        for each in scene.get("wards", ())
    ]
    if moves:
        stays.wards(seen, moves)
    if "came" in scene or "went" in scene:
        came, went = (_pair(scene[name]) if name in scene else None for name in ("came", "went"))
        stays.came_and_went(seen, came, went)
    for each in scene.get("procedures", ()):
        stays.procedure(story, seen, each)
    for each in scene.get("chapters", ()):
        stays.composed(story, seen, each)
    if "plan" in scene:
        stays.plan(story, seen, _pair(scene["plan"]))


def _play_papers(story: Story, seen: Visit, scene: Mapping[str, Any]) -> None:
    for given in scene.get("notes", ()):
        note(story, seen, _pair(given["title"]), _pair(given["text"]), code=given["code"], hours=given["hours"])
    if "conclusion" in scene:
        title = ("总检结论", "Conclusion")
        note(story, seen, title, _pair(scene["conclusion"]), code="51847-2", hours=48)
    for given in scene.get("documents", ()):
        when = seen.start + timedelta(hours=given["hours"])
        if story.over(when):
            title = _pair(given["title"])
            page = sheet(story, seen, title, when, paragraph(story.pick(_pair(given["text"])), size=11))
            document(story, seen, title, given["code"], when, page)


def _order(story: Story, seen: Visit, given: Mapping[str, Any]) -> Order:
    name = given["panel"]
    values = _drawn(story, seen, name, given) | given.get("values", {})
    first = next(iter(given.get("values", values)))
    return Order(
        panel=name,
        values=values,
        after=given.get("after", 0),
        clock=given.get("clock", ""),
        hours=given.get("hours", 6),
        status=given.get("status", "final"),
        methods={first: _pair(given["method"])} if "method" in given else {},
        notes={first: _pair(given["remark"])} if "remark" in given else {},
        conclusion=_pair(given["conclusion"]) if "conclusion" in given else None,
        paper=given.get("paper", False),
    )


def _drawn(story: Story, seen: Visit, name: str, given: Mapping[str, Any]) -> dict[str, str]:
    moved = given.get("moved", {})
    if name == "urinalysis":
        return panels.urinalysis(story, seen, **given.get("words", {}))
    if name == "lipids":
        return panels.lipids(story, seen, **moved)
    if name == "biochemistry":
        return panels.biochemistry(story, seen, **moved)
    return panels.panel(story, seen, name, **moved) if name in _SET_PANELS else {}


def _finding(given: Mapping[str, Any]) -> Finding:
    return Finding(
        kind=given["kind"],
        findings=_pair(given["findings"]),
        impression=_pair(given["impression"]),
        after=given.get("after", 0),
        clock=given.get("clock", ""),
        doctor=given.get("doctor", ""),
        status=given.get("status", "final"),
        hours=given.get("hours", 2),
        paper=given.get("paper", False),
    )


def _pair(given: list[str]) -> Text:
    chinese, english = given
    return (chinese, english)

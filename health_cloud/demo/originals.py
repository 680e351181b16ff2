"""Originals attached to records: printed reports as PDF, pictures as Media, documents as DocumentReference."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from health_cloud.demo import paper
from health_cloud.demo.fhir import LOINC, Text, coding, concept, reference, said
from health_cloud.demo.pictures import picture
from health_cloud.demo.story import Story, Visit

_SEX: dict[str, Text] = {"female": ("女", "Female"), "male": ("男", "Male")}


def attachment(kind: str, content: bytes, title: Text, when: datetime, language: str = "") -> dict[str, Any]:
    """Returns an Attachment with its content inside."""
    return {
        "contentType": kind,
        **({"language": language} if language else {}),
        "data": b64encode(content).decode(),
        **said("title", title),
        "creation": when.isoformat(),
    }


def sheet(story: Story, visit: Visit, title: Text, when: datetime, body: Sequence[paper.Line]) -> dict[str, Any]:
    """Returns a printed page: hospital, title, who, then the body and the foot."""
    pick = story.pick
    name, department = pick(story.person.name), pick(visit.department.name)
    labels = [pick(each) for each in (("姓名", "Name"), ("性别", "Sex"), ("出生", "Born"), ("病案号", "Record no."))]
    values = [name, pick(_SEX[story.person.gender]), f"{story.person.birth:%Y-%m-%d}", story.person.record_number]
    who = [f"{label}: {value}" for label, value in zip(labels, values, strict=True)]
    foot = pick(("本页由演示数据生成，人物均为虚构。", "Made for demonstration; all people are invented."))
    lines = [
        paper.line(pick(story.hospital.name), size=18, centred=True),
        paper.line(pick(title), size=14, centred=True),
        paper.line(""),
        paper.row(who, (0, 0.3, 0.48, 0.72)),
        paper.row([department, f"{when:%Y-%m-%d %H:%M}"], (0, 0.72), rule=True),
        paper.line(""),
        *body,
        paper.line("", rule=True),
        paper.line(foot, size=9),
    ]
    language = "en" if story.person.passport else "zh-CN"
    return attachment("application/pdf", paper.pdf(lines), title, when, language)


def media(story: Story, visit: Visit, kind: str, title: Text, when: datetime, number: int = 0) -> dict[str, Any]:
    """Writes a picture and returns the entry of a report's `media`."""
    key = story.key("picture", when.date(), kind)
    story.add(
        "Media",
        key,
        when,
        {
            "status": "completed",
            "type": concept(("图像", "Image")),
            **story.about(visit),
            "createdDateTime": when.isoformat(),
            "operator": visit.doctor.reference,
            "content": attachment("image/png", picture(kind, when.year % 4 + 4 * number), title, when),
        },
    )
    return {**said("comment", title), "link": reference("Media", key)}


def document(
    story: Story, visit: Visit | None, title: Text, code: str, when: datetime, content: dict[str, Any]
) -> None:
    """Writes a document; with a visit it belongs to that visit's record."""
    context = {"context": {"encounter": [visit.reference]}} if visit else {}
    author = {"author": [visit.doctor.reference]} if visit else {}
    story.add(
        "DocumentReference",
        story.key("document", when.date(), code),
        when,
        {
            "status": "current",
            "docStatus": "final",
            "type": concept(title, coding(LOINC, code)),
            "subject": story.person.reference,
            "date": when.isoformat(),
            **author,
            **said("description", title),
            "content": [{"attachment": content}],
            **context,
        },
    )

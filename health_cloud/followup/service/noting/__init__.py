"""The physician's note of a visit: its draft, its templates, and signing it into the medical records."""

from health_cloud.followup.service.noting.drafts import (
    choose_problem,
    drop_problem,
    note_page,
    note_topic,
    problems,
    save_note,
)
from health_cloud.followup.service.noting.signing import correct_note, leave_correction, sign_note, written_note
from health_cloud.followup.service.noting.templates import (
    insert_template,
    keep_template,
    remove_template,
    rename_template,
    templates_of,
)

__all__ = [
    "choose_problem",
    "correct_note",
    "drop_problem",
    "insert_template",
    "keep_template",
    "leave_correction",
    "note_page",
    "note_topic",
    "problems",
    "remove_template",
    "rename_template",
    "save_note",
    "sign_note",
    "templates_of",
    "written_note",
]

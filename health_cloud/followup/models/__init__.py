"""Tables of follow-up, each kind in a module of its own; imported by this feature's services alone."""

from __future__ import annotations

from health_cloud.followup.models.asking import AskingRule, VisitQuestion
from health_cloud.followup.models.attaching import Attachment
from health_cloud.followup.models.booking import Appointment, Hold, Slot
from health_cloud.followup.models.checking import Checked, Prepared
from health_cloud.followup.models.hours import Clinic, DayOff, Hours, Opening
from health_cloud.followup.models.notes import Note, SignedNote, Template
from health_cloud.followup.models.ruling import AskedAgain, RuleVersion
from health_cloud.followup.models.video import Video, VideoSeat, VideoSignal
from health_cloud.followup.models.visits import Message, Reminder, Visit
from health_cloud.followup.models.waiting import Waiting

__all__ = [
    "Appointment",
    "AskedAgain",
    "AskingRule",
    "Attachment",
    "Checked",
    "Clinic",
    "DayOff",
    "Hold",
    "Hours",
    "Message",
    "Note",
    "Opening",
    "Prepared",
    "Reminder",
    "RuleVersion",
    "SignedNote",
    "Slot",
    "Template",
    "Video",
    "VideoSeat",
    "VideoSignal",
    "Visit",
    "VisitQuestion",
    "Waiting",
]

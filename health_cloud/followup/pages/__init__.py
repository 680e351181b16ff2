"""Pages of follow-up."""

from __future__ import annotations

from health_cloud.core.policy import Need
from health_cloud.followup.api import ROUTES, routes
from health_cloud.followup.pages.answering import question_page
from health_cloud.followup.pages.booking import appointments_page, booking_page, in_person_page
from health_cloud.followup.pages.checking import check_page
from health_cloud.followup.pages.desk import queue_page, visit_page
from health_cloud.followup.pages.giving import give_page
from health_cloud.followup.pages.moving import move_page
from health_cloud.followup.pages.opening import opening_page
from health_cloud.followup.pages.preparing import prepare_page, read_page
from health_cloud.followup.pages.room import room_page
from health_cloud.followup.pages.ruling import rules_page
from health_cloud.followup.pages.slots import slots_page
from health_cloud.followup.pages.times import times_page
from health_cloud.followup.pages.week import week_page
from health_cloud.followup.service import asking_times, attending, demonstration, keeping, laying, queueing, reminding
from health_cloud.followup.state import (
    HANDLERS,
    AfterVisit,
    AnsweringQuestion,
    Appointments,
    Asked,
    AskedInRoom,
    AskedOnDesk,
    AskingRules,
    Booking,
    Checking,
    Day,
    Giving,
    InPerson,
    Moving,
    NoteDesk,
    OpeningTimes,
    PreparedFiles,
    Preparing,
    Proposing,
    Questions,
    QuestionsOwed,
    Queue,
    ReadPrepared,
    Room,
    Ruling,
    Slots,
    TalkSearch,
    Times,
    VideoDesk,
    VideoRoom,
    VisitChart,
    VisitDesk,
    Waitlist,
    Week,
)
from health_cloud.prescribing.state import EarlierMedicines, Prescribed, Prescribing
from health_cloud.ui.i18n import spoken
from health_cloud.ui.page import Page

_TIMES = "/followup/book/[department]/[physician]"
_CHECK = "/followup/check/[department]/[physician]"
_ROOM = "/followup/visit/[appointment]"
_GIVE = "/followup/give/[department]/[physician]"
_LET = "/followup/let-read/[appointment]"
_MEET = "/followup/in-person/[department]"

PAGES = spoken(
    [
        Page("/followup", appointments_page, "followup.title", (Appointments.load, Waitlist.load), Need.PATIENT),
        Page("/followup/book", booking_page, "followup.book.title", (Booking.load,), Need.PATIENT),
        Page(_TIMES, times_page, "followup.book.title", (Times.load, Waitlist.load), Need.PATIENT),
        Page(_CHECK, check_page, "followup.book.title", (Checking.load,), Need.PATIENT),
        Page(_GIVE, give_page, "followup.book.title", (Giving.load,), Need.PATIENT),
        Page(_LET, give_page, "followup.title", (Giving.load,), Need.PATIENT),
        Page(_MEET, in_person_page, "followup.in_person.title", (InPerson.load,), Need.PATIENT),
        Page(f"{_MEET}/[physician]", times_page, "followup.book.title", (Times.load, Waitlist.load), Need.PATIENT),
        Page("/followup/move/[appointment]", move_page, "followup.move.title", (Moving.load,), Need.PATIENT),
        Page(
            "/followup/prepare/[appointment]",
            prepare_page,
            "followup.title",
            (Preparing.load, PreparedFiles.load),
            Need.PATIENT,
        ),
        Page(
            "/physician/prepared/[appointment]",
            read_page,
            "followup.title",
            (ReadPrepared.load, PreparedFiles.load),
            Need.PHYSICIAN,
        ),
        Page("/physician/slots", slots_page, "followup.slots.title", (Slots.load, Proposing.load), Need.PHYSICIAN),
        Page("/physician/slots/week", week_page, "followup.week.title", (Week.load,), Need.PHYSICIAN),
        Page("/desk/rules", rules_page, "followup.rules.title", (Ruling.load,), Need.STAFF),
        Page("/desk/times", opening_page, "followup.opening.title", (OpeningTimes.load, AskingRules.load), Need.STAFF),
        *spoken(
            [
                Page(
                    _ROOM,
                    room_page,
                    "followup.visit.title",
                    (
                        Room.load,
                        AskedInRoom.load,
                        VideoRoom.load,
                        AfterVisit.load,
                        Prescribed.load,
                        Questions.load,
                        TalkSearch.load,
                    ),
                    Need.PATIENT,
                ),
                Page(
                    "/physician/visit/[appointment]",
                    visit_page,
                    "followup.visit.title",
                    (
                        *(VisitDesk.load, AskedOnDesk.load, VideoDesk.load, VisitChart.load, Queue.load, NoteDesk.load),
                        *(Prescribing.load, EarlierMedicines.load, TalkSearch.load),
                    ),
                    Need.PHYSICIAN,
                ),
                Page(
                    "/physician/question/[question]",
                    question_page,
                    "followup.ask.owed",
                    (AnsweringQuestion.load,),
                    Need.PHYSICIAN,
                ),
            ],
            "prescribing",
        ),
        Page(
            "/physician/visits",
            queue_page,
            "followup.visit.queue",
            (Queue.load, Day.load, QuestionsOwed.load),
            Need.PHYSICIAN,
        ),
    ],
    "followup",
)

TASKS = (
    *laying.TASKS,
    *keeping.TASKS,
    *reminding.TASKS,
    *queueing.TASKS,
    *asking_times.TASKS,
    *attending.TASKS,
    *demonstration.TASKS,
)

EVERYWHERE = {Need.PHYSICIAN: (Asked.load,), Need.SIGNED_IN: (Asked.load,)}

__all__ = ["EVERYWHERE", "HANDLERS", "PAGES", "ROUTES", "TASKS", "routes"]

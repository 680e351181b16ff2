"""States of follow-up, and who may call them."""

from health_cloud.core.policy import Need
from health_cloud.followup.state.asking import AnsweringQuestion, AskingRules, Questions, QuestionsOwed
from health_cloud.followup.state.asking_again import AskedInRoom, AskedOnDesk
from health_cloud.followup.state.attaching import PreparedFiles
from health_cloud.followup.state.booking import Appointments, Booking, InPerson
from health_cloud.followup.state.checking import Checking
from health_cloud.followup.state.day import Day
from health_cloud.followup.state.giving import Giving
from health_cloud.followup.state.noting import AfterVisit, NoteDesk, NoteProblems, Templates
from health_cloud.followup.state.opening import OpeningTimes
from health_cloud.followup.state.preparing import Preparing, ReadPrepared
from health_cloud.followup.state.proposing import Proposing
from health_cloud.followup.state.ruling import Ruling
from health_cloud.followup.state.searching import TalkSearch
from health_cloud.followup.state.slots import Asked, Slots
from health_cloud.followup.state.times import Moving, Times
from health_cloud.followup.state.video import VideoDesk, VideoRoom
from health_cloud.followup.state.visits import Queue, Room, VisitChart, VisitDesk
from health_cloud.followup.state.waiting import Waitlist
from health_cloud.followup.state.week import Week

HANDLERS = {
    "Asked.load": Need.SIGNED_IN,
    **{f"Appointments.{name}": Need.PATIENT for name in ("load", "cancel", "take", "refuse")},
    **{f"Room.{name}": Need.PATIENT for name in ("load", "say")},
    **{f"VisitDesk.{name}": Need.PHYSICIAN for name in ("load", "say", "begin", "end", "miss")},
    **{f"AskedInRoom.{name}": Need.PATIENT for name in ("load", "toggle", "have_none", "answer")},
    **{f"AskedOnDesk.{name}": Need.PHYSICIAN for name in ("load", "go_on")},
    "VisitChart.load": Need.PHYSICIAN,
    **{f"VideoRoom.{name}": Need.PATIENT for name in ("load", "join", "send", "taken", "say", "leave")},
    **{f"VideoDesk.{name}": Need.PHYSICIAN for name in ("load", "join", "send", "taken", "say", "leave")},
    "Queue.load": Need.PHYSICIAN,
    "Day.load": Need.PHYSICIAN,
    **{
        f"NoteDesk.{name}": Need.PHYSICIAN
        for name in ("load", "save", "keep_mine", "take_theirs", "drop_problem", "sign", "correct", "leave")
    },
    **{f"NoteProblems.{name}": Need.PHYSICIAN for name in ("ask", "choose", "close")},
    **{f"Templates.{name}": Need.PHYSICIAN for name in ("show", "close", "insert", "keep", "edit", "rename", "remove")},
    "AfterVisit.load": Need.PATIENT,
    "Booking.load": Need.PATIENT,
    "InPerson.load": Need.PATIENT,
    **{f"Times.{name}": Need.PATIENT for name in ("load", "show", "choose", "meet", "book")},
    **{f"Waitlist.{name}": Need.PATIENT for name in ("load", "join", "leave", "pass_over", "take")},
    **{f"Moving.{name}": Need.PATIENT for name in ("load", "show", "choose", "move")},
    **{f"Proposing.{name}": Need.PHYSICIAN for name in ("load", "ask", "leave", "send")},
    **{
        f"Checking.{name}": Need.PATIENT
        for name in ("load", "choose", "go_on", "toggle", "have_none", "want", "ask", "back")
    },
    **{f"Giving.{name}": Need.PATIENT for name in ("load", "toggle", "set_from", "set_to", "agree_online", "agree")},
    **{f"Preparing.{name}": Need.PATIENT for name in ("load", "save")},
    "ReadPrepared.load": Need.PHYSICIAN,
    **{f"Questions.{name}": Need.PATIENT for name in ("load", "begin", "leave", "ask", "ask_further")},
    "QuestionsOwed.load": Need.PHYSICIAN,
    **{f"AnsweringQuestion.{name}": Need.PHYSICIAN for name in ("load", "take", "leave", "answer", "ask_to_come")},
    **{f"AskingRules.{name}": Need.STAFF for name in ("load", "save")},
    **{f"TalkSearch.{name}": Need.SIGNED_IN for name in ("load", "find", "leave")},
    "PreparedFiles.load": Need.SIGNED_IN,
    "PreparedFiles.remove": Need.PATIENT,
    **{
        f"Slots.{name}": Need.PHYSICIAN
        for name in ("load", "open", "close", "accept", "ask_word", "keep", "decline", "cancel", "set_minutes")
    },
    **{f"Week.{name}": Need.PHYSICIAN for name in ("load", "edit", "leave", "save", "end", "take_off", "work")},
    **{
        f"Ruling.{name}": Need.STAFF
        for name in ("load", "limit", "switch", "add", "drop", "ask", "drop_sign", "take_up", "preview", "publish")
    },
    **{f"OpeningTimes.{name}": Need.STAFF for name in ("load", "save", "add", "remove")},
}

__all__ = [
    "HANDLERS",
    "AfterVisit",
    "AnsweringQuestion",
    "Appointments",
    "Asked",
    "AskedInRoom",
    "AskedOnDesk",
    "AskingRules",
    "Booking",
    "Checking",
    "Day",
    "Giving",
    "InPerson",
    "Moving",
    "NoteDesk",
    "NoteProblems",
    "OpeningTimes",
    "PreparedFiles",
    "Preparing",
    "Proposing",
    "Questions",
    "QuestionsOwed",
    "Queue",
    "ReadPrepared",
    "Room",
    "Ruling",
    "Slots",
    "TalkSearch",
    "Templates",
    "Times",
    "VideoDesk",
    "VideoRoom",
    "VisitChart",
    "VisitDesk",
    "Waitlist",
    "Week",
]

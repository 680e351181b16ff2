"""States of access, and who may call them."""

from health_cloud.access.state.asking import Asking, Sent, TodaysVisits
from health_cloud.access.state.chart import GrantedChart
from health_cloud.access.state.choosing import Choosing
from health_cloud.access.state.deciding import Deciding
from health_cloud.access.state.emergencies import Breaking, Emergencies, OpenEmergencies
from health_cloud.access.state.narrowing import Narrowing
from health_cloud.access.state.opening import Opening
from health_cloud.access.state.original import GrantedOriginal
from health_cloud.access.state.owed import DeskOwed, Owed, OwedCount
from health_cloud.access.state.sharing import Sharing, Waiting
from health_cloud.access.state.showing import ShowingCode
from health_cloud.access.state.treating import TreatingTeams, Ward
from health_cloud.access.state.trend import GrantedTrend
from health_cloud.access.state.why import AskingWhy
from health_cloud.core.policy import Need

_ASKING = ("load", "scan", "toggle", "set_by", "pick_visit", "set_lasting", "set_purpose", "send")
_ANSWERING = ("load", "begin", "keep", "send")
HANDLERS = {
    "Waiting.load": Need.SIGNED_IN,
    **{
        f"Sharing.{name}": Need.PATIENT
        for name in ("load", "pick", "revoke", "undo", "close_toast", "ask_longer", "leave_end", "extend")
    },
    **{
        f"Deciding.{name}": Need.PATIENT
        for name in ("load", "toggle", "set_from", "set_to", "set_lasting", "set_until_day", "set_until_time")
    },
    **{f"Deciding.{name}": Need.PATIENT for name in ("approve", "ask_word", "keep", "deny", "block")},
    **{f"Narrowing.{name}": Need.PATIENT for name in ("load", "toggle", "set_from", "set_to", "confirm")},
    **{f"Asking.{name}": Need.PHYSICIAN for name in _ASKING},
    **{f"Breaking.{name}": Need.PHYSICIAN for name in ("load", "set_by", "set_code", "set_hours", "send")},
    **{f"OpenEmergencies.{name}": Need.PHYSICIAN for name in ("load", "close")},
    "Emergencies.load": Need.PATIENT,
    "Sent.load": Need.PHYSICIAN,
    "TodaysVisits.load": Need.PHYSICIAN,
    "Opening.leave": Need.SIGNED_IN,
    **{f"ShowingCode.{name}": Need.PATIENT for name in ("load", "renew")},
    "TreatingTeams.load": Need.PATIENT,
    "TreatingTeams.refuse": Need.PATIENT,
    **{f"Choosing.{name}": Need.PATIENT for name in ("load", "choose", "set_nobody", "count")},
    "Ward.load": Need.PHYSICIAN,
    **{
        f"GrantedChart.{name}": Need.PHYSICIAN
        for name in ("load", "pick", "show_older", "show_newer", "renew", "open_entry", "close_entry")
    },
    "GrantedOriginal.load": Need.PHYSICIAN,
    "GrantedTrend.load": Need.PHYSICIAN,
    **{f"AskingWhy.{name}": Need.PATIENT for name in ("load", "send")},
    **{f"Owed.{name}": Need.PHYSICIAN for name in _ANSWERING},
    **{f"DeskOwed.{name}": Need.STAFF for name in _ANSWERING},
    "OwedCount.load": Need.SIGNED_IN,
}

__all__ = [
    "HANDLERS",
    "Asking",
    "AskingWhy",
    "Breaking",
    "Choosing",
    "Deciding",
    "DeskOwed",
    "Emergencies",
    "GrantedChart",
    "GrantedOriginal",
    "GrantedTrend",
    "Narrowing",
    "OpenEmergencies",
    "Opening",
    "Owed",
    "OwedCount",
    "Sent",
    "Sharing",
    "ShowingCode",
    "TodaysVisits",
    "TreatingTeams",
    "Waiting",
    "Ward",
]

"""States of the reading screens, and who may call them."""

from health_cloud.core.policy import Need
from health_cloud.records.state.compare import Compare
from health_cloud.records.state.entry import Entry
from health_cloud.records.state.listing import ClassList
from health_cloud.records.state.medicines import Medicines, OneMedicine
from health_cloud.records.state.original import Original
from health_cloud.records.state.search import Search
from health_cloud.records.state.sheet import VisitSheet
from health_cloud.records.state.summary import Summary
from health_cloud.records.state.trend import Trend
from health_cloud.records.state.visits import Visits

HANDLERS = {
    "ClassList.load": Need.PATIENT,
    "ClassList.show_older": Need.PATIENT,
    "ClassList.show_newer": Need.PATIENT,
    "ClassList.renew": Need.PATIENT,
    "Visits.load": Need.PATIENT,
    "Visits.show_older": Need.PATIENT,
    "Visits.show_newer": Need.PATIENT,
    "Visits.renew": Need.PATIENT,
    "Entry.load": Need.PATIENT,
    "Original.load": Need.PATIENT,
    "Search.load": Need.PATIENT,
    "Search.find": Need.PATIENT,
    "Search.show_older": Need.PATIENT,
    "Search.show_newer": Need.PATIENT,
    "Search.renew": Need.PATIENT,
    "Trend.load": Need.PATIENT,
    "Summary.load": Need.PATIENT,
    "Compare.load": Need.PATIENT,
    "Medicines.load": Need.PATIENT,
    "OneMedicine.load": Need.PATIENT,
    "VisitSheet.load": Need.PATIENT,
    "VisitSheet.toggle": Need.PATIENT,
}

__all__ = [
    "HANDLERS",
    "ClassList",
    "Compare",
    "Entry",
    "Medicines",
    "OneMedicine",
    "Original",
    "Search",
    "Summary",
    "Trend",
    "VisitSheet",
    "Visits",
]

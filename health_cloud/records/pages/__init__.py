"""The reading screens."""

from health_cloud.core.policy import Need
from health_cloud.records.api import ROUTES, routes
from health_cloud.records.pages.compare import compare_page
from health_cloud.records.pages.entry import entry_body, entry_page, entry_sub, entry_title
from health_cloud.records.pages.listing import class_page, class_title
from health_cloud.records.pages.medicines import medicine_page, medicines_page
from health_cloud.records.pages.original import original_page
from health_cloud.records.pages.parts import class_row, day_row, visit_item
from health_cloud.records.pages.search import search_link, search_page
from health_cloud.records.pages.sheet import sheet_page
from health_cloud.records.pages.summary import summary_page
from health_cloud.records.pages.trend import trend_page
from health_cloud.records.pages.visits import visits_page
from health_cloud.records.state import (
    HANDLERS,
    ClassList,
    Compare,
    Entry,
    Medicines,
    OneMedicine,
    Original,
    Search,
    Summary,
    Trend,
    Visits,
    VisitSheet,
)
from health_cloud.ui.page import Page

PAGES = [
    Page(
        "/records/[cls]",
        class_page,
        "records.title.list",
        on_load=[ClassList.load],
        need=Need.PATIENT,
        title=class_title,
    ),
    Page(
        "/records/[cls]/[entry]",
        entry_page,
        "records.title.entry",
        on_load=[Entry.load],
        need=Need.PATIENT,
        title=entry_title,
    ),
    Page(
        "/records/[cls]/[entry]/[result]",
        trend_page,
        "records.title.trend",
        on_load=[Trend.load],
        need=Need.PATIENT,
    ),
    Page("/medicines", medicines_page, "records.title.medicines", on_load=[Medicines.load], need=Need.PATIENT),
    Page(
        "/medicines/[entry]/[place]",
        medicine_page,
        "records.title.medicine",
        on_load=[OneMedicine.load],
        need=Need.PATIENT,
    ),
    Page("/summary", summary_page, "records.title.summary", on_load=[Summary.load], need=Need.PATIENT),
    Page("/visit-sheet", sheet_page, "records.sheet.title", on_load=[VisitSheet.load], need=Need.PATIENT),
    Page(
        "/records/[cls]/[entry]/compare/[other]",
        compare_page,
        "records.title.compare",
        on_load=[Compare.load],
        need=Need.PATIENT,
    ),
    Page(
        "/records/[cls]/[entry]/original/[document]",
        original_page,
        "records.title.original",
        on_load=[Original.load],
        need=Need.PATIENT,
    ),
    Page("/search", search_page, "records.search.title", on_load=[Search.load], need=Need.PATIENT),
    Page("/visits", visits_page, "records.title.visits", on_load=[Visits.load], need=Need.PATIENT),
]

__all__ = [
    "HANDLERS",
    "PAGES",
    "ROUTES",
    "class_row",
    "day_row",
    "entry_body",
    "entry_sub",
    "routes",
    "search_link",
    "visit_item",
]

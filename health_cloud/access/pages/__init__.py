"""Pages of access: who can see me, deciding, asking, a chart under a grant."""

from __future__ import annotations

from health_cloud.access.pages.asking import ask_page, sent_page
from health_cloud.access.pages.chart import chart_page
from health_cloud.access.pages.choosing import choices_page
from health_cloud.access.pages.deciding import request_page
from health_cloud.access.pages.emergencies import HREF, break_page
from health_cloud.access.pages.narrowing import narrowing_page
from health_cloud.access.pages.original import original_page
from health_cloud.access.pages.owed import desk_owed_page, owed_page
from health_cloud.access.pages.sharing import sharing_page
from health_cloud.access.pages.showing import code_page
from health_cloud.access.pages.treating import ward_page
from health_cloud.access.pages.trend import trend_page
from health_cloud.access.pages.why import why_line_page
from health_cloud.access.service import overdue
from health_cloud.access.service.grounds import ground_holds
from health_cloud.access.state import (
    HANDLERS,
    Asking,
    AskingWhy,
    Breaking,
    Choosing,
    Deciding,
    DeskOwed,
    Emergencies,
    GrantedChart,
    GrantedOriginal,
    GrantedTrend,
    Narrowing,
    OpenEmergencies,
    Opening,
    Owed,
    OwedCount,
    Sent,
    Sharing,
    ShowingCode,
    TodaysVisits,
    TreatingTeams,
    Waiting,
    Ward,
)
from health_cloud.consent.service import emergency_ends, lapsing
from health_cloud.core.policy import Need
from health_cloud.ui.i18n import spoken
from health_cloud.ui.page import Page

LEASES = {"grant": ground_holds}
EVERYWHERE = {
    Need.PATIENT: (Waiting.load,),
    Need.PHYSICIAN: (Opening.leave, OwedCount.load),
    Need.STAFF: (OwedCount.load,),
    Need.SIGNED_IN: (Waiting.load, Opening.leave, OwedCount.load),
}
TASKS = (*lapsing.TASKS, *emergency_ends.TASKS, *overdue.TASKS)

PAGES = [
    Page("/access", sharing_page, "access.title", (Sharing.load, TreatingTeams.load, Emergencies.load), Need.PATIENT),
    Page("/access/code", code_page, "access.code.title", (ShowingCode.load,), Need.PATIENT),
    Page("/access/choices", choices_page, "access.choices.title", (Choosing.load,), Need.PATIENT),
    Page("/access/request/[request]", request_page, "access.request.title", (Deciding.load,), Need.PATIENT),
    Page("/access/grant/[own]", narrowing_page, "access.narrow.title", (Narrowing.load,), Need.PATIENT),
    Page("/physician", sent_page, "access.today.title", (Sent.load, Ward.load, OpenEmergencies.load), Need.PHYSICIAN),
    Page("/physician/ward", ward_page, "access.ward.title", (Ward.load,), Need.PHYSICIAN),
    Page("/physician/ask", ask_page, "access.ask.title", (Asking.load, TodaysVisits.load), Need.PHYSICIAN),
    Page("/physician/ask/[code]", ask_page, "access.ask.title", (Asking.scan, TodaysVisits.load), Need.PHYSICIAN),
    Page(HREF, break_page, "access.emergency.title", (Breaking.load,), Need.PHYSICIAN),
    Page("/physician/chart/[grant]", chart_page, "access.chart.title", (GrantedChart.load,), Need.PHYSICIAN),
    Page(
        "/physician/chart/[grant]/original/[entry]/[document]",
        original_page,
        "records.title.original",
        (GrantedOriginal.load,),
        Need.PHYSICIAN,
    ),
    Page(
        "/physician/chart/[grant]/trend/[entry]/[result]",
        trend_page,
        "records.title.trend",
        (GrantedTrend.load,),
        Need.PHYSICIAN,
    ),
    *spoken(
        [
            Page("/ledger/why/[line]", why_line_page, "access.why.title", (AskingWhy.load,), Need.PATIENT),
            Page("/physician/questions", owed_page, "access.owed.title", (Owed.load,), Need.PHYSICIAN),
            Page("/desk/questions", desk_owed_page, "access.owed.title", (DeskOwed.load,), Need.STAFF),
        ],
        "access",
    ),
]

__all__ = ["EVERYWHERE", "HANDLERS", "LEASES", "PAGES", "TASKS"]

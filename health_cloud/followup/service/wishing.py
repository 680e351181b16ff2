"""What somebody says who waits for a time: until when, and why."""

from __future__ import annotations

from datetime import date, timedelta

from health_cloud.core.errors import Invalid

FARTHEST = timedelta(days=60)
LONGEST_REASON = 300


def day_of(given: object, today: date) -> str:
    """Return the last day that suits, ISO text.

    Raises:
        Invalid: no day, past, or too far; `field` is `until`.
    """
    try:
        day = date.fromisoformat(str(given))
    except ValueError:
        raise Invalid("followup.error.day", field="until") from None
    if not today <= day <= today + FARTHEST:
        raise Invalid("followup.wait.error.day", field="until", days=FARTHEST.days)
    return day.isoformat()


def reason_in(given: object) -> str:
    """Return why somebody would come.

    Raises:
        Invalid: nothing said, or too much; `field` is `why`.
    """
    text = given.strip() if isinstance(given, str) else ""
    if not text:
        raise Invalid("followup.error.reason", field="why")
    if len(text) > LONGEST_REASON:
        raise Invalid("followup.error.too_long", field="why", longest=LONGEST_REASON)
    return text

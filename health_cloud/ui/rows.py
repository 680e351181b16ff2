"""Lists: rows, groups, the six classes, the thread of visits, sheets, sections, and the why line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from health_cloud.ui import dates
from health_cloud.ui.i18n import t
from health_cloud.ui.marks import CLASS_ICONS, class_tile, icon, tile

Text = str | rx.Var[str]
Line = Text | rx.Component


def rows(*items: rx.Component, lead: bool = False, days: bool = False, **props: Any) -> rx.Component:
    """List rows, parted by hairlines that start at the text.

    Args:
        items: `row` components, or one `rx.foreach` that gives them.
        lead: the rows begin with a tile or a face.
        days: the rows begin with a day.
        props: further properties of the list.
    """
    kind = " lead" if lead else " days" if days else ""
    return rx.el.ul(*items, class_name=f"rows{kind}", **props)


def row(
    title: Line,
    *,
    sub: Line | None = None,
    href: Text | None = None,
    on_click: Any = None,
    lead: rx.Component | None = None,
    end: rx.Component | Sequence[rx.Component] | None = None,
    fresh: bool | rx.Var[bool] = False,
    new: bool | rx.Var[bool] = False,
    mark: Text | None = None,
    arrow: bool = False,
) -> rx.Component:
    """Show one row as an `li`: lead, title, second line, flag at the right.

    Args:
        title: in plain words.
        sub: second line; `separated(...)` parts it.
        href: where it leads; without it and `on_click` the row is only read.
        on_click: event instead of a link.
        lead: `class_tile`, `tile`, `day_lead` or `face`.
        end: flags, a link word, a count.
        fresh: not opened yet (strong title).
        new: marked "new" beside the title.
        mark: another word than "new".
        arrow: a chevron at the right.
    """
    ends = [] if end is None else [end] if isinstance(end, rx.Component) else list(end)
    if arrow:
        ends.append(icon("chevron_right", size="m"))
    # the space parts the two for those who hear the name
    marked = (
        [" ", _when(new, rx.el.span(t("ui.row.new") if mark is None else mark, class_name="new"))]
        if new is not False
        else []
    )
    inside = [
        *([lead] if lead is not None else []),
        rx.el.span(
            rx.el.span(title, *marked, class_name=_fresh(fresh)),
            *([rx.el.span(sub, class_name="sub")] if sub is not None else []),
            class_name="row-text",
        ),
        *([rx.el.span(*ends, class_name="end")] if ends else []),
    ]
    classes = "row" if lead is not None else "row flat"
    if href is not None:
        return rx.el.li(rx.el.a(*inside, href=href, class_name=classes))
    if on_click is not None:
        return rx.el.li(rx.el.button(*inside, type="button", on_click=on_click, class_name=classes))
    return rx.el.li(rx.el.span(*inside, class_name=f"{classes} still"))


def _fresh(fresh: bool | rx.Var[bool]) -> str | rx.Var[str]:
    if isinstance(fresh, rx.Var):
        return rx.cond(fresh, "ttl fresh", "ttl")
    return "ttl fresh" if fresh else "ttl"


def _when(condition: bool | rx.Var[bool], shown: rx.Component) -> rx.Component:
    return rx.cond(condition, shown, rx.fragment()) if isinstance(condition, rx.Var) else shown


def day_lead(iso: Text) -> rx.Component:
    """Lead a row with its day and weekday."""
    return rx.el.span(rx.el.b(dates.day_of_month(iso)), rx.el.span(dates.weekday(iso)), class_name="day")


def icon_lead(name: str) -> rx.Component:
    """Lead a row of days with an icon instead, such as the hourglass of a record not yet open."""
    return rx.el.span(icon(name), class_name="day ink-3 icon-lead")


def face(name: Text, *, large: bool = False, quiet: bool = False) -> rx.Component:
    """Show a person by the first character of the name."""
    first = name[0] if isinstance(name, str) else name.to(str)[0]
    classes = "face" + (" l" if large else "") + (" q" if quiet else "")
    return rx.el.span(first, class_name=classes, aria_hidden="true")


def group(title: Line, count: Line | None = None) -> rx.Component:
    """Head a group (a month, a day); stays in sight while its rows pass."""
    return rx.el.div(rx.el.h2(title), *([rx.el.span(count)] if count is not None else []), class_name="group")


def section(
    title: Line, *, href: Text | None = None, link: Line | None = None, more: Line | None = None
) -> rx.Component:
    """Head a section on paper, with a link or a remark at the right."""
    right: list[rx.Component] = []
    if link is not None and href is not None:
        right = [rx.el.a(link, href=href, class_name="link")]
    elif more is not None:
        right = [rx.el.span(more, class_name="more")]
    return rx.el.div(rx.el.h2(title), *right, class_name="sec")


def sheet(
    *content: rx.Component,
    title: Line | None = None,
    note: Line | None = None,
    link: Line | None = None,
    href: Text = "",
    fresh: bool = False,
    **props: Any,
) -> rx.Component:
    """Lay the one thing a person came for on a white sheet; one a screen."""
    head: list[rx.Component] = []
    if title is not None:
        right = [rx.el.span(note)] if note is not None else []
        if link is not None:
            right = [rx.el.a(link, href=href, class_name="link t-small")]
        head = [rx.el.div(rx.el.h2(title), *right, class_name="sheet-head")]
    return rx.el.section(*head, *content, class_name="sheet fresh" if fresh else "sheet", **props)


def rule(*, inset: bool = False) -> rx.Component:
    """Draw a hairline."""
    return rx.el.hr(class_name="hr inset" if inset else "hr")


def why(
    text: Line, *, href: Text | None = None, on_click: Any = None, name: str = "badge_check", link: Line | None = None
) -> rx.Component:
    """Close a record with why it can be seen; `name="hourglass"` for what is not open yet."""
    inside = [
        icon(name, size="m"),
        rx.el.span(text),
        rx.el.span(link if link is not None else t("ui.why"), class_name="link"),
    ]
    if href is not None:
        return rx.el.a(*inside, href=href, class_name="why")
    if on_click is not None:
        return rx.el.button(*inside, type="button", on_click=on_click, class_name="why")
    return rx.el.p(*inside[:2], class_name="why")


def classes(
    counts: dict[str, Text | rx.Var[int]] | None = None, *, names: dict[str, Text] | None = None
) -> rx.Component:
    """Rule the six classes as a table.

    Args:
        counts: text at the right of each class; a class without one shows none.
        names: other names than the usual.
    """
    counts = counts or {}
    return rx.el.ul(
        *[
            rx.el.li(
                rx.el.a(
                    icon(symbol),
                    rx.el.span(counts.get(cls, ""), class_name="n"),
                    rx.el.b((names or {}).get(cls, class_name(cls))),
                    href=f"/records/{cls}",
                    class_name=colour,
                )
            )
            for cls, (symbol, colour) in CLASS_ICONS.items()
        ],
        class_name="classes",
    )


def class_name(cls: Text) -> rx.Var[str]:
    """Name a record class."""
    return t("ui.class." + cls if isinstance(cls, str) else "ui.class." + cls.to(str))


def class_names(classes: rx.Var[Any]) -> rx.Component:
    """Name several classes in one line."""
    return rx.fragment(
        rx.foreach(
            classes,
            lambda each, number: rx.fragment(
                rx.cond(number > 0, rx.el.i(class_name="sep"), rx.fragment()), class_name(each)
            ),
        )
    )


def thread(*items: rx.Component) -> rx.Component:
    """Hang things in order on one hairline; `thread_item`s, or one `rx.foreach` of them."""
    return rx.el.ol(*items, class_name="thread")


def thread_item(
    title: Line,
    *,
    sub: Line | None = None,
    made: rx.Component | None = None,
    now: bool | rx.Var[bool] = False,
    href: Text | None = None,
) -> rx.Component:
    """Show one knot of the thread; `now` fills it."""
    name = rx.el.a(title, href=href, class_name="knot") if href is not None else title
    return rx.el.li(
        rx.el.b(name),
        *([rx.el.p(sub, class_name="t-small ink-2")] if sub is not None else []),
        *([made] if made is not None else []),
        class_name=rx.cond(now, "now", "") if isinstance(now, rx.Var) else "now" if now else "",
    )


def made(*parts: rx.Component) -> rx.Component:
    """Say what a visit made, or which classes are meant: `made_of` parts."""
    return rx.el.p(*parts, class_name="made")


def made_of(cls: Text, text: Line | None = None) -> rx.Component:
    """Show one class with its small icon and a text, its name where none is given."""
    shown = text if text is not None else class_name(cls)
    if isinstance(cls, str):
        symbol, colour = CLASS_ICONS[cls]
        return rx.el.span(icon(symbol, size="s"), shown, class_name=colour)
    cases = [
        (key, rx.el.span(icon(symbol, size="s"), shown, class_name=colour))
        for key, (symbol, colour) in CLASS_ICONS.items()
    ]
    return rx.fragment(rx.match(cls, *cases, rx.el.span(shown)))


def facts(*pairs: tuple[Line, Line]) -> rx.Component:
    """List facts as name and value, on a sheet."""
    return rx.el.dl(
        *[rx.el.div(rx.el.dt(name), rx.el.dd(value)) for name, value in pairs],
        class_name="facts",
    )


__all__ = [
    "class_name",
    "class_tile",
    "classes",
    "day_lead",
    "face",
    "facts",
    "group",
    "icon_lead",
    "made",
    "made_of",
    "row",
    "rows",
    "rule",
    "section",
    "sheet",
    "thread",
    "thread_item",
    "tile",
    "why",
]

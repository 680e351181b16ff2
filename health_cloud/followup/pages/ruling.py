"""The desk's screen: the hospital's own rules of online follow-up, rule by rule, with what a change would do."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.state import Ruling
from health_cloud.followup.views.ruling import HeldRule, ListedDisease, ListedFlag, RuleVersionRow
from health_cloud.identity.pages.moving import Lead
from health_cloud.ui import dates
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, date_field, field, form, select_field
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import icon
from health_cloud.ui.rows import row, rows, section

_PAGE = Ruling.page
_FIELDS = ("months", "years", "zh", "en", "icd10", "snomed", "sign_zh", "sign_en", "disease", "day")


def rules_page() -> rx.Component:
    """Return the page."""
    placed = rx.Var.create(list(_FIELDS)).contains(Ruling.field)
    return page(
        rx.cond(placed, rx.fragment(), problem(Ruling.problem, Ruling.params)),
        Lead.create(target=Ruling.field, turn=Ruling.turn),
        rx.cond(
            Ruling.done > 0,
            note(t("followup.rules.published", number=Ruling.done), kind="info", name="check", inset=True, live=True),
            rx.fragment(),
        ),
        rx.cond(Ruling.ready, _body(), loading(6, days=False)),
        heading=t("followup.rules.title"),
        sub=t("followup.rules.sub"),
        back="/desk",
        back_label=t("ui.nav.visibility"),
        role="staff",
        tab="visibility",
    )


def _body() -> rx.Component:
    return rx.fragment(
        section(t("followup.rules.held", version=_PAGE.version)),
        rows(rx.foreach(_PAGE.rules, _rule)),
        section(t("followup.rules.own")),
        _limits(),
        section(t("followup.rules.diseases")),
        rx.el.details(
            rx.el.summary(t("followup.rules.show_diseases", count=_PAGE.diseases.length())),
            rows(rx.foreach(_PAGE.diseases, _disease)),
            class_name="further pad",
        ),
        _new_disease(),
        section(t("followup.rules.signs")),
        rx.el.details(
            rx.el.summary(t("followup.rules.show_signs", count=_PAGE.flags.length())),
            rows(rx.foreach(_PAGE.flags, _sign)),
            class_name="further pad",
        ),
        _new_sign(),
        section(t("followup.rules.publish_title")),
        _publishing(),
        rx.cond(
            _PAGE.history.length() > 0,
            rx.fragment(section(t("followup.rules.history")), rows(rx.foreach(_PAGE.history, _version))),
            rx.fragment(),
        ),
    )


def _error(name: str) -> rx.Var[str]:
    return rx.cond(Ruling.field == name, t(Ruling.problem, Ruling.params), "")


def _rule(each: rx.Var[HeldRule]) -> rx.Component:
    return row(
        rx.fragment(each.number.to_string(), ". ", words(each.text)),
        sub=rx.fragment(
            words(each.source),
            rx.el.span(
                rx.cond(each.own, icon("pencil", size="s"), icon("lock", size="s")),
                rx.el.span(t(each.why)),
                class_name="question-stand",
            ),
        ),
    )


def _limits() -> rx.Component:
    return form(
        rx.el.div(
            _number("months", _PAGE.months.to_string()),
            _number("years", _PAGE.years.to_string()),
            class_name="two-days",
        ),
        button(t("followup.rules.keep"), submit=True),
        on_submit=Ruling.limit,
        no_validate=True,
    )


def _number(name: str, value: rx.Var[str]) -> rx.Component:
    return field(
        t(f"followup.rules.{name}"),
        name=name,
        hint=t(f"followup.rules.{name}_hint"),
        input_mode="numeric",
        max_length=3,
        auto_complete="off",
        default_value=value,
        key=rx.Var.create(name).to(str) + value,  # pyright: ignore[reportOperatorIssue]
        error=_error(name),
    )


def _disease(each: rx.Var[ListedDisease]) -> rx.Component:
    act = rx.cond(
        each.own,
        button(t("followup.rules.drop"), small=True, on_click=Ruling.drop(each.name)),
        button(
            rx.cond(each.off, t("followup.rules.put_back"), t("followup.rules.take_off")),
            small=True,
            on_click=Ruling.switch(each.name),
        ),
    )
    return row(
        words(each.words),
        sub=rx.fragment(
            rx.cond(
                each.own,
                t("followup.rules.own_disease"),
                rx.cond(each.off, t("followup.rules.off"), t("followup.rules.shipped")),
            ),
            rx.el.i(class_name="sep"),
            each.codes,
        ),
        end=act,
    )


def _new_disease() -> rx.Component:
    return form(
        rx.el.div(
            field(t("followup.rules.zh"), name="zh", max_length=60, auto_complete="off", error=_error("zh")),
            field(t("followup.rules.en"), name="en", max_length=60, auto_complete="off", error=_error("en")),
            class_name="two-days",
        ),
        field(
            t("followup.rules.icd10"),
            name="icd10",
            hint=t("followup.rules.icd10_hint"),
            auto_complete="off",
            max_length=200,
            error=_error("icd10"),
        ),
        field(t("followup.rules.snomed"), name="snomed", auto_complete="off", max_length=400, error=_error("snomed")),
        button(t("followup.rules.add_disease"), submit=True),
        on_submit=Ruling.add,
        no_validate=True,
        key="disease" + _PAGE.diseases.length().to_string(),
    )


def _sign(each: rx.Var[ListedFlag]) -> rx.Component:
    drop = button(t("followup.rules.drop"), small=True, on_click=Ruling.drop_sign(each.name))
    return row(
        words(each.words),
        sub=rx.fragment(
            rx.cond(each.own, t("followup.rules.own_sign"), t("followup.rules.built_in")),
            rx.cond(each.urgent, rx.fragment(rx.el.i(class_name="sep"), t("followup.rules.urgent")), rx.fragment()),
            rx.cond(words(each.of) != "", rx.fragment(rx.el.i(class_name="sep"), words(each.of)), rx.fragment()),
        ),
        end=rx.cond(each.own, drop, icon("lock", size="s")),
    )


def _new_sign() -> rx.Component:
    listed = rx.foreach(_PAGE.diseases, lambda each: rx.el.option(words(each.words), value=each.name, key=each.name))
    return form(
        rx.el.div(
            field(
                t("followup.rules.sign_zh"), name="sign_zh", max_length=60, auto_complete="off", error=_error("sign_zh")
            ),
            field(
                t("followup.rules.sign_en"), name="sign_en", max_length=60, auto_complete="off", error=_error("sign_en")
            ),
            class_name="two-days",
        ),
        rx.el.div(
            rx.el.label(t("followup.rules.sign_of"), html_for="disease"),
            rx.el.div(
                rx.el.select(
                    rx.el.option(t("followup.rules.everybody"), value=""), listed, id="disease", name="disease"
                ),
                icon("chevron_down", size="m"),
                class_name="input select",
            ),
            class_name="field",
        ),
        select_field(
            t("followup.rules.how_urgent"),
            name="urgent",
            options=[("no", t("followup.rules.in_person")), ("yes", t("followup.rules.urgent"))],
        ),
        button(t("followup.rules.add_sign"), submit=True),
        on_submit=Ruling.ask,
        no_validate=True,
        key="sign" + _PAGE.flags.length().to_string(),
    )


def _publishing() -> rx.Component:
    return rx.el.div(
        rx.cond(
            _PAGE.changed,
            rx.el.p(
                t("followup.rules.changed", name=words(_PAGE.by), at=dates.near_moment(_PAGE.at)), class_name="pad"
            ),
            rx.el.p(t("followup.rules.unchanged"), class_name="pad ink-2"),
        ),
        rx.cond(
            Ruling.effect.ready,
            rx.el.div(
                rx.el.p(
                    rx.cond(
                        Ruling.effect.looked == 0,
                        t("followup.rules.effect_none"),
                        t(
                            "followup.rules.effect",
                            count=Ruling.effect.looked,
                            refused=Ruling.effect.refused,
                            let=Ruling.effect.let,
                        ),
                    )
                ),
                rx.cond(
                    Ruling.effect.asked > 0,
                    rx.el.p(t("followup.rules.effect_asked", count=Ruling.effect.asked)),
                    rx.fragment(),
                ),
                rx.el.p(t("followup.rules.effect_hint"), class_name="t-small ink-2"),
                class_name="pad",
                role="status",
            ),
            rx.fragment(),
        ),
        rx.cond(
            _PAGE.changed,
            form(
                button(t("followup.rules.preview"), on_click=Ruling.preview),
                date_field(
                    t("followup.rules.day"),
                    name="day",
                    hint=t("followup.rules.day_hint"),
                    error=_error("day"),
                    min=_PAGE.today,
                ),
                button(t("followup.rules.publish"), look="primary", submit=True),
                on_submit=Ruling.publish,
                no_validate=True,
            ),
            rx.fragment(),
        ),
        class_name="rules-publish",
    )


def _version(each: rx.Var[RuleVersionRow]) -> rx.Component:
    return row(
        rx.fragment(
            t("followup.rules.version", number=each.number),
            rx.el.i(class_name="sep"),
            t("followup.rules.state." + each.state),
        ),
        sub=rx.fragment(
            t("followup.rules.from", at=dates.moment(each.from_at)),
            rx.el.i(class_name="sep"),
            words(each.by),
            rx.el.br(),
            t(
                "followup.rules.said",
                months=each.months,
                years=each.years,
                diseases=each.diseases,
                signs=each.signs,
            ),
        ),
        end=button(t("followup.rules.take_up"), small=True, on_click=Ruling.take_up(each.number)),
    )

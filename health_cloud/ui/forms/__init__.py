"""Fields, choices and buttons: label above, hint below it, error under the field with what to do."""

from health_cloud.ui.forms.buttons import Look, button, form, link_button, pair
from health_cloud.ui.forms.choosing import (
    Picker,
    chip,
    chip_link,
    chip_select,
    chips,
    choice,
    choices,
    link_tabs,
    segments,
    tabs,
)
from health_cloud.ui.forms.fields import code_field, date_field, field, field_error, password_field, select_field

__all__ = [
    "Look",
    "Picker",
    "button",
    "chip",
    "chip_link",
    "chip_select",
    "chips",
    "choice",
    "choices",
    "code_field",
    "date_field",
    "field",
    "field_error",
    "form",
    "link_button",
    "link_tabs",
    "pair",
    "password_field",
    "segments",
    "select_field",
    "tabs",
]

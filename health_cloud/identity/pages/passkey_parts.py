"""What pages show of passkeys: the button that asks the device, and what stands only where passkeys can work."""

from __future__ import annotations

import reflex as rx
from reflex.event import EventHandler, no_args_event_spec, passthrough_event_spec

from health_cloud.ui.linked import linked

_SCRIPT = linked(__file__, "passkeys.js")


class PasskeyButton(rx.Component):
    """Has the server ask and the device answer.

    Attributes:
        label: the act, named.
        look: as of `ui.forms.button`.
        options: State var with what the browser is to be asked, as JSON.
        field: name of a hidden field; the answer then goes with the form around it instead of to `on_answer`.
        on_ask: has `options` filled.
        on_answer: takes the device's answer, as JSON.
        on_problem: takes in one word what went wrong, see `state.passkey_problems`.
    """

    library = _SCRIPT
    tag = "PasskeyButton"

    label: rx.Var[str]
    look: rx.Var[str]
    options: rx.Var[str]
    field: rx.Var[str]

    on_ask: EventHandler[no_args_event_spec]
    on_answer: EventHandler[passthrough_event_spec(str)]
    on_problem: EventHandler[passthrough_event_spec(str)]


class Able(rx.Component):
    """Shows its children where this browser, at this address, can use passkeys; with `unless`, where it cannot."""

    library = _SCRIPT
    tag = "Able"

    unless: rx.Var[bool]

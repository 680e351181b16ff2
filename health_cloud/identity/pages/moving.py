"""Small components of the browser that identity's pages share."""

from __future__ import annotations

import reflex as rx

from health_cloud.ui.linked import linked

_SCRIPT = linked(__file__, "moving.js")


class Enter(rx.Component):
    """Fetches the cookie by a full page load once there is an entry code."""

    library = _SCRIPT
    tag = "Enter"

    code: rx.Var[str]


class Lead(rx.Component):
    """Moves the focus after a step or an error."""

    library = _SCRIPT
    tag = "Lead"

    target: rx.Var[str]
    turn: rx.Var[int]


class Printed(rx.Component):
    """Puts the code of a scanned QR into its field."""

    library = _SCRIPT
    tag = "Printed"

    target: rx.Var[str]


class Copy(rx.Component):
    """Copies text; with `what`, a word on the line of what it copies."""

    library = _SCRIPT
    tag = "Copy"

    text: rx.Var[str]
    label: rx.Var[str]
    done: rx.Var[str]
    what: rx.Var[str]


class SignOut(rx.Component):
    """Signs out, or says that it could not."""

    library = _SCRIPT
    tag = "SignOut"

    label: rx.Var[str]
    failed: rx.Var[str]

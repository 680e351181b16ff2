"""The States of identity's screens, and who may call their handlers."""

from health_cloud.core.policy import Need
from health_cloud.identity.state.guardians import HANDLERS_OF_PATIENTS

HANDLERS: dict[str, Need] = {
    "Verify.resume": Need.ANYONE,
    "Verify.pick_document": Need.ANYONE,
    "Verify.give_document": Need.ANYONE,
    "Verify.pick_card": Need.ANYONE,
    "Verify.give_card": Need.ANYONE,
    "Verify.answer": Need.ANYONE,
    "Verify.back": Need.ANYONE,
    "Verify.send": Need.ANYONE,
    "Verify.use_desk": Need.ANYONE,
    "Verify.prove": Need.ANYONE,
    "Verify.start_again": Need.ANYONE,
    "Activate.resume": Need.ANYONE,
    "Activate.claim": Need.ANYONE,
    "Activate.set_password": Need.ANYONE,
    "Activate.confirm": Need.ANYONE,
    "Activate.ask_passkey": Need.ANYONE,
    "Activate.confirm_passkey": Need.ANYONE,
    "Activate.fail_passkey": Need.ANYONE,
    "Activate.enter": Need.ANYONE,
    "Agreements.load": Need.PATIENT,
    "Agreements.agree": Need.PATIENT,
    "Agreements.give": Need.PATIENT,
    "Agreements.withdraw": Need.PATIENT,
    "Leaving.load": Need.PATIENT,
    "Leaving.close": Need.PATIENT,
    "WayOut.load": Need.ANYONE,
    "Recover.load": Need.ANYONE,
    "Recover.show": Need.ANYONE,
    "Recover.begin": Need.ANYONE,
    "Recover.begin_anew": Need.ANYONE,
    "Recover.come_back": Need.ANYONE,
    "Recover.leave": Need.ANYONE,
    "OwnRecovery.load": Need.SIGNED_IN,
    "OwnRecovery.stop": Need.PATIENT,
    "OwnRecovery.acknowledge": Need.PATIENT,
    "SignIn.fresh": Need.ANYONE,
    "SignIn.use_recovery": Need.ANYONE,
    "SignIn.use_beside": Need.ANYONE,
    "SignIn.ask": Need.ANYONE,
    "SignIn.show": Need.ANYONE,
    "SignIn.fail": Need.ANYONE,
    "SignIn.submit": Need.ANYONE,
    "SingleSignOn.load": Need.ANYONE,
    "SingleSignOn.use_recovery": Need.ANYONE,
    "SingleSignOn.ask_passkey": Need.ANYONE,
    "SingleSignOn.show_passkey": Need.ANYONE,
    "SingleSignOn.fail_passkey": Need.ANYONE,
    "SingleSignOn.submit": Need.ANYONE,
    "Unlock.load": Need.ANYONE,
    "Unlock.submit": Need.ANYONE,
    "Unlock.ask_passkey": Need.ANYONE,
    "Unlock.show_passkey": Need.ANYONE,
    "Unlock.fail_passkey": Need.ANYONE,
    "Proof.ask": Need.SIGNED_IN,
    "Proof.submit": Need.SIGNED_IN,
    "Proof.ask_passkey": Need.SIGNED_IN,
    "Proof.show_passkey": Need.SIGNED_IN,
    "Proof.fail_passkey": Need.SIGNED_IN,
    "Proof.cancel": Need.SIGNED_IN,
    **{
        f"Places.{name}": Need.SIGNED_IN
        for name in ("load", "end", "ask", "keep", "end_others", "close_toast", "set_lock")
    },
    **{
        f"Security.{name}": Need.SIGNED_IN
        for name in (
            *("load", "begin_password", "change_password", "begin_authenticator", "confirm_authenticator"),
            *("renew_codes", "leave"),
        )
    },
    "Contacts.load": Need.SIGNED_IN,
    "Contacts.start": Need.SIGNED_IN,
    "Contacts.back": Need.SIGNED_IN,
    "Contacts.begin": Need.SIGNED_IN,
    "Contacts.confirm": Need.SIGNED_IN,
    "Contacts.cancel": Need.SIGNED_IN,
    "Stopping.fresh": Need.ANYONE,
    "Stopping.stop": Need.ANYONE,
    **dict.fromkeys(
        (f"Notices.{name}" for name in ("load", "choose", "rest", "no_rest", "subscribe", "unsubscribe")),
        Need.SIGNED_IN,
    ),
    **{f"Profile.{name}": Need.PATIENT for name in ("load", "ask", "cancel", "send", "withdraw")},
    **{
        f"Passkeys.{name}": Need.SIGNED_IN
        for name in (
            *("load", "ask", "add", "fail", "choose", "rename", "ask_removal", "remove"),
            *("close", "heard"),
        )
    },
    **dict.fromkeys(HANDLERS_OF_PATIENTS, Need.PATIENT),
}

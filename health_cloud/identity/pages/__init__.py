"""The pages of identity."""

from health_cloud.core.policy import Need
from health_cloud.identity import api, state
from health_cloud.identity.pages.activate import activate_page
from health_cloud.identity.pages.agreements import notice_page
from health_cloud.identity.pages.contacts import contacts_page, stop_page
from health_cloud.identity.pages.guardians import guardians_page
from health_cloud.identity.pages.leaving import leaving_page
from health_cloud.identity.pages.me import me_page
from health_cloud.identity.pages.notices import notices_page
from health_cloud.identity.pages.passkeys import passkeys_page
from health_cloud.identity.pages.places import sessions_page
from health_cloud.identity.pages.profile import profile_page
from health_cloud.identity.pages.recover import recover_page
from health_cloud.identity.pages.security import security_page
from health_cloud.identity.pages.sign_in import sign_in_page
from health_cloud.identity.pages.single_sign_on import single_sign_on_page
from health_cloud.identity.pages.unlock import unlock_page
from health_cloud.identity.pages.verify import verify_page
from health_cloud.identity.pages.way_out import way_out_page
from health_cloud.identity.pages.welcome import welcome_page
from health_cloud.identity.service import attempts, closing
from health_cloud.identity.state.activate import Activate
from health_cloud.identity.state.agreements import Agreements
from health_cloud.identity.state.contacts import Contacts, Stopping
from health_cloud.identity.state.guardians import Guardians
from health_cloud.identity.state.leaving import Leaving
from health_cloud.identity.state.notices import Notices
from health_cloud.identity.state.passkeys import Passkeys
from health_cloud.identity.state.places import Places
from health_cloud.identity.state.profile import Profile
from health_cloud.identity.state.recover import OwnRecovery, Recover
from health_cloud.identity.state.security import Security
from health_cloud.identity.state.sign_in import SignIn
from health_cloud.identity.state.single_sign_on import SingleSignOn
from health_cloud.identity.state.unlock import Unlock
from health_cloud.identity.state.verify import Verify
from health_cloud.identity.state.way_out import WayOut
from health_cloud.ui.i18n import spoken
from health_cloud.ui.page import Page

PAGES = spoken(
    [
        Page("/welcome", welcome_page, "identity.welcome.tab", need=Need.ANYONE),
        Page("/verify", verify_page, "identity.verify.title", on_load=[Verify.resume], need=Need.ANYONE),
        Page("/activate", activate_page, "identity.activate.title", on_load=[Activate.resume], need=Need.ANYONE),
        Page("/recover", recover_page, "identity.recovery.title", on_load=[Recover.load], need=Need.ANYONE),
        Page("/sign-in", sign_in_page, "identity.sign_in.title", on_load=[SignIn.fresh], need=Need.ANYONE),
        Page("/me", me_page, "identity.me.title", on_load=[OwnRecovery.load], need=Need.SIGNED_IN),
        Page("/unlock", unlock_page, "identity.unlock.title", on_load=[Unlock.load], need=Need.ANYONE),
        Page("/me/sessions", sessions_page, "identity.sessions.title", on_load=[Places.load], need=Need.SIGNED_IN),
        Page("/me/security", security_page, "identity.security.title", on_load=[Security.load], need=Need.SIGNED_IN),
        Page("/cannot-verify", way_out_page, "identity.way_out.title", on_load=[WayOut.load], need=Need.ANYONE),
        Page("/me/notice", notice_page, "identity.notice.title", on_load=[Agreements.load], need=Need.SIGNED_IN),
        Page("/me/close", leaving_page, "identity.leaving.title", on_load=[Leaving.load], need=Need.SIGNED_IN),
        Page("/stop", stop_page, "identity.contacts.stop_title", on_load=[Stopping.fresh], need=Need.ANYONE),
        Page("/me/contacts", contacts_page, "identity.contacts.title", on_load=[Contacts.load], need=Need.SIGNED_IN),
        Page("/me/notifications", notices_page, "identity.notifications.title", on_load=[Notices.load]),
        Page("/me/profile", profile_page, "identity.profile.title", on_load=[Profile.load], need=Need.PATIENT),
        Page(
            "/single-sign-on",
            single_sign_on_page,
            "identity.single_sign_on.title",
            on_load=[SingleSignOn.load],
            need=Need.ANYONE,
        ),
        Page("/me/passkeys", passkeys_page, "identity.passkey.title", on_load=[Passkeys.load], need=Need.SIGNED_IN),
        Page("/me/guardians", guardians_page, "identity.guardians.title", on_load=[Guardians.load], need=Need.PATIENT),
    ],
    "identity",
)
HANDLERS = state.HANDLERS
ROUTES = api.ROUTES
TASKS = (*closing.TASKS, *attempts.TASKS)
routes = api.routes

"""Tables of identity, each kind in a module of its own; imported by this feature's services alone."""

from __future__ import annotations

from health_cloud.identity.models.accounts import Account, RecoveryCode, Throttle
from health_cloud.identity.models.agreements import Agreement, Closing
from health_cloud.identity.models.contacts import OwnContact
from health_cloud.identity.models.corrections import Correction
from health_cloud.identity.models.directory import Department, Organization, Practitioner
from health_cloud.identity.models.factors import FactorChange, NewAuthenticator
from health_cloud.identity.models.guardians import Guardian
from health_cloud.identity.models.index import Contact, Identifier, Link, PatientRecord, Person, RecordKey
from health_cloud.identity.models.passkeys import Passkey, PasskeyChallenge
from health_cloud.identity.models.proving import Code, Verification
from health_cloud.identity.models.recovery import Recovery
from health_cloud.identity.models.sessions import SignInSession
from health_cloud.identity.models.single_sign_on import ProviderAttempt, ProviderIdentity, ProviderSession

__all__ = [
    "Account",
    "Agreement",
    "Closing",
    "Code",
    "Contact",
    "Correction",
    "Department",
    "FactorChange",
    "Guardian",
    "Identifier",
    "Link",
    "NewAuthenticator",
    "Organization",
    "OwnContact",
    "Passkey",
    "PasskeyChallenge",
    "PatientRecord",
    "Person",
    "Practitioner",
    "ProviderAttempt",
    "ProviderIdentity",
    "ProviderSession",
    "RecordKey",
    "Recovery",
    "RecoveryCode",
    "SignInSession",
    "Throttle",
    "Verification",
]

"""All settings, read once from the environment (`HEALTH_CLOUD_*`) and `.env`; unsafe combinations refuse to start."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, IPvAnyNetwork, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SignOnRule(BaseModel):
    """What a claim of the hospital's sign-in makes of somebody; a patient it never makes.

    Attributes:
        claim: name of the claim, with dots into objects, e.g. `groups` or `realm_access.roles`.
        value: what it is, or has among its values.
        role: what the account becomes.
        organization: code of the hospital; may be left out where there is but one.
        department: the department's id in the hospital's feed, for a physician whom no feed has named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str = Field(min_length=1)
    value: str = Field(min_length=1)
    role: Literal["physician", "pharmacist", "staff", "auditor"]
    organization: str = ""
    department: str = ""


class Settings(BaseSettings):
    """One frozen set of settings; each field's description is what the README's table shows."""

    model_config = SettingsConfigDict(env_prefix="HEALTH_CLOUD_", env_file=".env", frozen=True, extra="ignore")

    mode: Literal["demo", "development", "production"] = Field(
        "demo",
        description="demo seeds invented people and says so on every page; production refuses unsafe settings",
    )
    data_dir: Path = Field(Path("data"), description="folder of the database, keys and witness")
    database_url: str = Field("", description="SQLite inside the data folder when empty, or postgresql://...")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(
        3000,
        ge=1,
        le=65535,
        validation_alias=AliasChoices("HEALTH_CLOUD_PORT", "PORT"),
        description="port to listen on",
    )
    public_url: str = Field("", description="address people type, e.g. https://records.hospital.example")
    keys_file: Path | None = Field(
        None, description="key ring; in the data folder when empty, must be elsewhere in production"
    )
    witness: str = Field("", description="folder that receives the ledger's signed heads; best on another machine")
    witness_url: str = Field(
        "", description="address that is sent each signed head of the ledger by POST as JSON, https; empty: not sent"
    )
    timezone: str = Field("Asia/Shanghai", description="the hospital's time zone")
    trusted_proxies: tuple[IPvAnyNetwork, ...] = Field(
        (),
        description='addresses or networks of your own proxies, as JSON, e.g. `["127.0.0.1"]`; they alone may say '
        "where a request comes from (`X-Forwarded-For`)",
    )
    rate_anonymous: int = Field(60, ge=1, description="events and requests a minute for one anonymous address")
    rate_signed_in: int = Field(600, ge=1, description="events and requests a minute for one session")
    rate_burst: int = Field(60, ge=1, description="events and requests that may come at once")
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="processes that serve; several need PostgreSQL, and Redis to count in together",
    )
    redis_url: str = Field(
        "",
        description="redis://:password@host:6379/0, where several workers count events and requests; nothing of a "
        "patient goes there",
    )
    session_idle_minutes: int = Field(
        60, ge=1, le=60, description="a patient's session ends after so long without a sign of life"
    )
    session_total_hours: int = Field(24, ge=1, le=24, description="a patient's session ends after so long")
    staff_idle_minutes: int = Field(15, ge=1, le=60, description="the same for physicians and staff")
    staff_total_hours: int = Field(12, ge=1, le=24, description="the same for physicians and staff")
    fresh_minutes: int = Field(
        10, ge=1, le=60, description="a far-reaching act asks for a second factor shown at most so long ago"
    )
    fresh_for_access: bool = Field(
        True, description="giving a physician access asks for such a second factor; off: being signed in is enough"
    )
    emergency_alarm: int = Field(
        5,
        ge=1,
        description="from more than so many emergency openings of one physician within a day on, the reviewers get an "
        "alarm with each; none is refused for that",
    )
    why_hours: int = Field(
        72, ge=1, le=720, description='whoever looked at a patient\'s records owes an answer to their "Why?" so long'
    )
    link_days: int = Field(
        30, ge=1, le=365, description="a link that opens chosen records to whoever holds it lives at most so long"
    )
    link_hosts: tuple[str, ...] = Field(
        (),
        description="hosts, with their port where they have one, of other hospitals' health links that our own viewer "
        'may fetch from, as JSON, e.g. `["links.hospital.example"]`; empty: none but our own',
    )
    lock_minutes: int = Field(
        5,
        ge=0,
        le=60,
        description="a patient's screen that was left for so long is locked until they prove themselves; 0: never",
    )
    recovery_delay_hours: int = Field(
        72,
        ge=24,
        le=720,
        description="who has lost every factor waits so long, and the owner can stop it; 2 minutes in the demo",
    )
    smtp_url: str = Field("", description="smtp://user:password@host:587 to send codes by e-mail; empty: not sent")
    smtp_from: str = Field("", description="sender of e-mails")
    sms_url: str = Field("", description="the hospital's SMS gateway: POST {to, text} as JSON; empty: not sent")
    sms_token: str = Field("", description="bearer token for the SMS gateway")
    messages_per_hour: int = Field(
        5, ge=1, description="messages of one kind that one address or person gets in an hour; more are held back"
    )
    messages_per_day: int = Field(15, ge=1, description="the same in a day")
    web_push: bool = Field(
        default=False,
        description="let browsers be told through their makers' push services, which are outside the hospital; "
        "messages are encrypted and say only that there is news",
    )
    push_services: tuple[str, ...] = Field(
        ("fcm.googleapis.com", "*.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"),
        description="the only hosts that web push goes to, by https, as JSON; `*.` stands for any name before it",
    )
    contact_delay_hours: int = Field(
        72,
        ge=24,
        le=720,
        description="a phone number or e-mail address changed by its owner counts as possession only after so long",
    )
    own_account_age: int = Field(
        14, ge=0, le=18, description="from this age on a person has an account of their own; a guardian acts before"
    )
    adult_age: int = Field(
        18, ge=14, le=21, description="a parent's relation to a child ends by itself on this birthday"
    )
    desk_place: str = Field("", description="where the hospital's desk is, in Chinese; shown to who cannot verify")
    desk_place_en: str = Field("", description="the same in English")
    desk_hours: str = Field("", description="when the desk is open, in Chinese")
    desk_hours_en: str = Field("", description="the same in English")
    desk_phone: str = Field("", description="telephone number of the desk")
    closing_days: int = Field(
        15,
        ge=1,
        le=90,
        description="an account that its owner closes is erased after so many days; until then it can come back",
    )
    turn_urls: tuple[str, ...] = Field(
        (),
        description="servers that help two browsers of a visit by video to a way to each other, as JSON, e.g. "
        '`["turn:turn.hospital.example:3478?transport=udp"]`; `stun:` too; empty: none is called, and the two must '
        "reach each other by themselves",
    )
    turn_secret: str = Field(
        "", description="the secret shared with the TURN servers (coturn's `static-auth-secret`); needed for `turn:`"
    )
    turn_only: bool = Field(
        default=False,
        description="picture and sound go through the TURN servers alone: neither side sees the other's address",
    )
    oidc_issuer: str = Field(
        "",
        description="the hospital's OpenID Connect provider, for physicians and staff (docs/single-sign-on.md); "
        "empty: no single sign-on and no call to anywhere",
    )
    oidc_client_id: str = Field("", description="how the provider knows this app")
    oidc_client_secret_file: Path | None = Field(
        None, description="file with the client secret; without one this app is a public client with PKCE alone"
    )
    oidc_scopes: str = Field("openid profile", description="scopes that are asked for")
    oidc_hosts: tuple[str, ...] = Field(
        (), description="further hosts of the provider, as JSON; no others but the issuer's own are ever called"
    )
    oidc_userinfo: bool = Field(default=False, description="read claims at the provider's userinfo endpoint too")
    oidc_second_factor: Literal["here", "provider"] = Field(
        "here",
        description="`here`: our own second factor is asked after the provider; `provider`: the provider must say "
        "that it asked for two",
    )
    oidc_two_factors: tuple[str, ...] = Field(
        ("mfa",), description="values of `amr` or `acr` by which the provider says two factors, as JSON"
    )
    oidc_acr_values: str = Field("", description="`acr_values` to ask the provider for, where it wants that said")
    oidc_mapping: tuple[SignOnRule, ...] = Field(
        (),
        description="who becomes what, as JSON, the first that fits: "
        '`[{"claim": "groups", "value": "hc-physicians", "role": "physician"}]`; nobody becomes anything without',
    )
    oidc_create: bool = Field(
        default=False, description="make an account at the first sign-in of whoever the mapping gives a role"
    )
    oidc_practitioner_claim: str = Field(
        "", description="claim with the physician's id in the hospital's feed, for accounts made at first sign-in"
    )
    national_id_systems: tuple[str, ...] = Field(
        (), description="further identifier systems that carry the national ID number"
    )

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database."""
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'health_cloud.db').absolute()}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url.removeprefix(scheme)
        return self.database_url

    @property
    def origin(self) -> str:
        """Scheme, host and port that browsers send as Origin."""
        url = urlsplit(self.public_url or f"http://localhost:{self.port}")
        return f"{url.scheme}://{url.netloc}"

    @property
    def origins(self) -> tuple[str, ...]:
        """Every Origin that is accepted: the public one; without one, this machine by its two names."""
        if self.public_url:
            return (self.origin,)
        return (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}")

    @property
    def recovery_delay(self) -> timedelta:
        """How long a recovery waits: a demo shows it within minutes."""
        if self.mode == "demo" and "recovery_delay_hours" not in self.model_fields_set:
            return timedelta(minutes=2)
        return timedelta(hours=self.recovery_delay_hours)

    @property
    def https(self) -> bool:
        """Whether browsers reach the app by https, so that cookies are `__Host-` and Secure."""
        return self.origin.startswith("https://")

    @property
    def keys(self) -> Path:
        """Path of the key ring."""
        return self.keys_file or self.data_dir / "keys.json"

    @property
    def witness_folder(self) -> Path:
        """Folder that receives the ledger's signed heads."""
        return Path(self.witness) if self.witness else self.data_dir / "witness"

    @field_validator("port", mode="before")
    @classmethod
    def _empty_is_unset(cls, given: object) -> object:
        return 3000 if given == "" else given

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, given: str) -> str:
        known = ("postgresql://", "postgres://", "postgresql+psycopg://", "sqlite:///")
        try:
            if not given or (given.startswith(known) and make_url(given)):
                return given
        except (ArgumentError, ValueError):
            pass
        raise ValueError("write it like postgresql://user@host:5432/name, or leave it empty for SQLite")

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, given: str) -> str:
        if given and not given.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("write it like redis://:password@host:6379/0, rediss://... or unix:///path")
        return given

    @field_validator("witness_url")
    @classmethod
    def _safe_witness(cls, given: str) -> str:
        """Take https, or http on this machine alone."""
        where = urlsplit(given)
        safe = where.scheme == "https" or (where.scheme == "http" and where.hostname in LOOPBACK)
        if given and not (safe and where.hostname):
            raise ValueError("write it like https://witness.example/heads")
        return given

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
            raise ValueError("no such time zone; write it like Asia/Shanghai") from problem
        return given

    @field_validator("link_hosts")
    @classmethod
    def _plain_hosts(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for host in given:
            if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", host):
                raise ValueError("write hosts like links.hospital.example or links.hospital.example:8443")
        return given

    @field_validator("turn_urls")
    @classmethod
    def _known_turn(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for url in given:
            if not re.fullmatch(r"(stun|turns?):[A-Za-z0-9.:\[\]-]+(\?transport=(udp|tcp))?", url):
                raise ValueError("write servers like turn:turn.hospital.example:3478?transport=udp")
        return given

    @model_validator(mode="after")
    def _whole_turn(self) -> Self:
        relays = any(url.startswith("turn") for url in self.turn_urls)
        if relays and not self.turn_secret:
            raise ValueError("HEALTH_CLOUD_TURN_URLS with a turn: server need HEALTH_CLOUD_TURN_SECRET")
        if self.turn_only and not relays:
            raise ValueError("HEALTH_CLOUD_TURN_ONLY needs a turn: server in HEALTH_CLOUD_TURN_URLS")
        return self

    @model_validator(mode="after")
    def _workers_have_much_in_common(self) -> Self:
        if self.workers > 1 and not self.database.startswith("postgresql"):
            raise ValueError("more than one of HEALTH_CLOUD_WORKERS need HEALTH_CLOUD_DATABASE_URL=postgresql://...")
        if self.workers > 1 and not self.redis_url:
            raise ValueError(
                "more than one of HEALTH_CLOUD_WORKERS need HEALTH_CLOUD_REDIS_URL: limits count for all of them"
            )
        return self

    @model_validator(mode="after")
    def _whole_single_sign_on(self) -> Self:
        if not self.oidc_issuer:
            return self
        url = urlsplit(self.oidc_issuer)
        near = self.mode != "production" and url.hostname in LOOPBACK
        if not url.hostname or (url.scheme != "https" and not (near and url.scheme == "http")):
            raise ValueError("HEALTH_CLOUD_OIDC_ISSUER is an https:// address")
        if url.query or url.fragment or url.username:
            raise ValueError("HEALTH_CLOUD_OIDC_ISSUER has no query, no fragment and no user")
        if not self.oidc_client_id:
            raise ValueError("HEALTH_CLOUD_OIDC_CLIENT_ID is missing")
        return self

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        if self.mode != "production":
            return self
        if not self.https:
            raise ValueError("production needs HEALTH_CLOUD_PUBLIC_URL=https://...")
        if self.keys_file is None:
            raise ValueError("production needs HEALTH_CLOUD_KEYS_FILE outside the data folder (keys create makes one)")
        if self.keys_file.absolute().is_relative_to(self.data_dir.absolute()):
            raise ValueError(
                "HEALTH_CLOUD_KEYS_FILE must not lie in the data folder: keys and data never share a backup"
            )
        return self


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process."""
    return Settings()  # pyright: ignore[reportCallIssue] - fields come from the environment

"""Whether a prescription is paid: a Claim never pays, the times in the resources decide."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from health_cloud.chart.service.drafts import When
from health_cloud.ingest.service.folder import Folder, Piece
from health_cloud.ingest.service.mapping import fhir, times
from health_cloud.ingest.service.mapping.fhir import Json, obj, objs, text
from health_cloud.ingest.service.mapping.measured import number

UNPAID, PAID, REFUNDED = "unpaid", "paid", "refunded"
_NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Payment:
    """Money that moved, or was taken back (`refund`), when the resource says so."""

    source: str
    amount: Decimal
    currency: str
    at: When | None
    refund: bool

    @property
    def order(self) -> str:
        """Sorts by instant; undated money comes first."""
        return self.at.at.isoformat() if self.at else ""


@dataclass
class Till:
    """All money of one patient, by the Claim or prescription that it names."""

    folder: Folder

    def __post_init__(self) -> None:
        self._claims: dict[str, list[Piece]] = {}
        self._payments: dict[str, list[_Payment]] = {}
        for piece in self.folder.of("Claim"):
            named = self.folder.find(fhir.ref(piece.resource.get("prescription")))
            if named is not None:
                self._claims.setdefault(named.source_key, []).append(piece)
        for kind, field in (
            ("ExplanationOfBenefit", "claim"),
            ("ClaimResponse", "request"),
            ("PaymentNotice", "request"),
        ):
            for piece in self.folder.of(kind):
                self._note(piece, field)

    def state_of(self, prescription: Piece) -> tuple[str, When | None]:
        """Return whether a prescription is unpaid, paid (and since when) or refunded.

        Several Claims for one prescription are parts of one bill: each has to be paid.
        """
        direct = self._payments.get(prescription.source_key, [])
        claims = [each for each in self._claims.get(prescription.source_key, []) if _counts(each.resource)]
        if not claims:
            return _judge(direct, _NOUGHT, "") if direct else (UNPAID, None)
        states = [
            _judge([*self._payments.get(claim.source_key, []), *direct], *_total(claim.resource)) for claim in claims
        ]
        for wanted in (REFUNDED, UNPAID):
            if any(state == wanted for state, _ in states):
                return wanted, None
        return PAID, max((at for _, at in states if at), key=lambda at: at.at, default=None)

    def _note(self, piece: Piece, field: str) -> None:
        named = self.folder.find(fhir.ref(piece.resource.get(field)))
        if named is None and piece.type == "PaymentNotice":
            answer = self.folder.find(fhir.ref(piece.resource.get("response")), "ClaimResponse")
            named = self.folder.find(fhir.ref(answer.resource.get("request")), "Claim") if answer else None
        payment = _payment(piece, self.folder)
        if named is not None and payment is not None:
            self._payments.setdefault(named.source_key, []).append(payment)


def _counts(claim: Json) -> bool:
    return text(claim.get("status")) not in ("cancelled", "entered-in-error", "draft") and text(claim.get("use")) in (
        "",
        "claim",
    )


def _money(value: object) -> tuple[Decimal, str]:
    return number(text(obj(value).get("value"))) or _NOUGHT, text(obj(value).get("currency"))


def _total(claim: Json) -> tuple[Decimal, str]:
    """Return what a Claim asks for; where it states no total, the sum of its items."""
    if obj(claim.get("total")).get("value") is not None:
        return _money(claim.get("total"))
    nets = [_money(each.get("net")) for each in objs(claim.get("item"))]
    return sum((amount for amount, _ in nets), _NOUGHT), next((currency for _, currency in nets if currency), "")


def _payment(piece: Piece, folder: Folder) -> _Payment | None:
    resource, zone = piece.resource, folder.feeding.zone
    status = text(resource.get("status"))
    notice = piece.type == "PaymentNotice"
    paid = obj(resource.get("payment"))
    amount, currency = _money(resource.get("amount") if notice else paid.get("amount"))
    created = times.when(resource.get("created"), zone)
    dated = times.when(resource.get("paymentDate") if notice else paid.get("date"), zone)
    at = created if created and (dated is None or created.text[:10] == dated.text[:10]) else dated
    said = fhir.codes(resource.get("paymentStatus"))
    if status == "cancelled" or amount < 0 or "refunded" in said:
        return _Payment(piece.type, amount, currency, at, refund=True)
    if status != "active":
        return None
    if notice:
        return _Payment(piece.type, amount, currency, at, refund=False) if said & {"paid", "cleared"} else None
    return _Payment(piece.type, amount, currency, at, refund=False) if resource.get("outcome") == "complete" else None


def _judge(payments: list[_Payment], total: Decimal, currency: str) -> tuple[str, When | None]:
    """Money counts from the last refund on: after it the whole has to be paid anew."""
    ranked = sorted(payments, key=lambda each: (each.order, each.refund))
    last = max((place for place, each in enumerate(ranked) if each.refund), default=-1)
    state, since = _reached(ranked[last + 1 :], total, currency)
    return (REFUNDED, None) if state != PAID and last >= 0 else (state, since)


def _reached(payments: list[_Payment], total: Decimal, currency: str) -> tuple[str, When | None]:
    """Sum up in order of time. The insurer's answer and its statement tell of the same money: the larger counts."""
    sums = {"ExplanationOfBenefit": _NOUGHT, "ClaimResponse": _NOUGHT, "PaymentNotice": _NOUGHT}
    for each in payments:
        if currency and each.currency and each.currency != currency:
            continue
        sums[each.source] += each.amount
        reached = max(sums["ExplanationOfBenefit"], sums["ClaimResponse"]) + sums["PaymentNotice"]
        if reached >= total:
            return PAID, each.at
    return UNPAID, None

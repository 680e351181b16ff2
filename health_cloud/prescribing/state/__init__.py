"""States of prescribing, and who may call them."""

from health_cloud.core.policy import Need
from health_cloud.prescribing.state.desk import EarlierMedicines, Prescribing
from health_cloud.prescribing.state.formulary import FormularyDesk
from health_cloud.prescribing.state.own import Prescribed
from health_cloud.prescribing.state.payments import UnfitPayments
from health_cloud.prescribing.state.review import TAB, PharmacyCount, PharmacyQueue, PharmacyReview

HANDLERS = {
    **{
        f"Prescribing.{name}": Need.PHYSICIAN
        for name in (
            *("load", "look", "find", "add", "renew", "edit", "leave", "write", "drop", "explain", "reason", "sign"),
        )
    },
    "EarlierMedicines.load": Need.PHYSICIAN,
    "PharmacyQueue.load": Need.PHARMACIST,
    "PharmacyCount.load": Need.SIGNED_IN,
    **{f"PharmacyReview.{name}": Need.PHARMACIST for name in ("load", "ask_word", "keep", "approve", "give_back")},
    **{f"Prescribed.{name}": Need.PATIENT for name in ("load", "pay", "refund")},
    **{f"UnfitPayments.{name}": Need.STAFF for name in ("load", "settle")},
    **{f"FormularyDesk.{name}": Need.STAFF for name in ("load", "loaded", "take", "drop")},
}

__all__ = [
    "HANDLERS",
    "TAB",
    "EarlierMedicines",
    "FormularyDesk",
    "PharmacyCount",
    "PharmacyQueue",
    "PharmacyReview",
    "Prescribed",
    "Prescribing",
    "UnfitPayments",
]

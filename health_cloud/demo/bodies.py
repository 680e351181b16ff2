"""Sums that tie values together, so that no two facts of a life contradict each other."""

from datetime import date
from decimal import Decimal


def age(birth: date, day: date) -> int:
    """Returns whole years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def egfr(creatinine: Decimal, years: int, gender: str) -> str:
    """Returns eGFR in mL/min/1.73 m2 from creatinine in umol/L (CKD-EPI 2009)."""
    kappa, alpha, factor = (61.9, -0.329, 144) if gender == "female" else (79.6, -0.411, 141)
    ratio = float(creatinine) / kappa
    return str(round(factor * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.209 * 0.993**years))


def bmi(height: Decimal, weight: Decimal) -> str:
    """Returns the body mass index from cm and kg, one decimal."""
    return str((weight / (height / 100) ** 2).quantize(Decimal("0.1")))


def fasting_glucose(hba1c: Decimal) -> float:
    """Returns a fasting glucose (mmol/L) that goes with this HbA1c (ADAG, less what meals add)."""
    return 1.59 * float(hba1c) - 2.59 - 1.1


def total_cholesterol(hdl: Decimal, ldl: Decimal, triglyceride: Decimal) -> str:
    """Returns total cholesterol by Friedewald (mmol/L)."""
    return str((hdl + ldl + triglyceride / Decimal("2.2")).quantize(Decimal("0.01")))

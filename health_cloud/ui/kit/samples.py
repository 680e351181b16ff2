"""Invented people and values, as a source would write them in both languages."""

from __future__ import annotations

from health_cloud.core.words import Words

HBA1C = Words(zh="糖化血红蛋白", en="Haemoglobin A1c")

LDL = Words(zh="低密度脂蛋白胆固醇", en="LDL cholesterol")

CLINIC = Words(zh="内分泌科门诊", en="Endocrinology clinic")

HOSPITAL = Words(zh="松云医院东院", en="Songyun Hospital East")

DOCTOR = Words(zh="陈立言", en="Chen Liyan")

PANEL = Words(zh="糖化血红蛋白、血脂四项", en="HbA1c and lipid panel")

ULTRASOUND = Words(zh="颈动脉超声", en="Carotid ultrasound")

SPECIMEN = Words(zh="中段尿培养与药敏", en="Midstream urine culture and susceptibility")

FLAG_WORDS = {
    "normal": Words(zh="正常", en="Normal"),
    "high": Words(zh="偏高", en="High"),
    "low": Words(zh="偏低", en="Low"),
    "critical": Words(zh="危急高值", en="Critical"),
    "abnormal": Words(zh="阳性", en="Positive"),
    "censored": Words(zh="> 14.0", en="> 14.0"),
    "intermediate": Words(zh="中介", en="Intermediate"),
    "resistant": Words(zh="耐药", en="Resistant"),
    "susceptible": Words(zh="敏感", en="Susceptible"),
    "none": Words(zh="未标注", en="No flag given"),
}

HISTORY = [
    {"at": f"20{year}-04-12", "value": value, "kind": "high", "gap": year == "21"}
    for year, value in (("18", "7.9"), ("19", "7.4"), ("21", "7.6"), ("23", "7.2"), ("24", "7.0"), ("26", "7.4"))
]

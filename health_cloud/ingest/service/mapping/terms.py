"""What codes of a dosage mean, in words: HL7 GTSAbbreviation, EventTiming, RouteOfAdministration, SNOMED CT, UCUM."""

from typing import Final

from health_cloud.core.words import Words

PERIODS: Final = {
    "s": ("秒", "second"), "min": ("分钟", "minute"), "h": ("小时", "hour"), "d": ("天", "day"),
    "wk": ("周", "week"), "mo": ("月", "month"), "a": ("年", "year"),
}  # fmt: skip
"""UCUM units of time."""

OFTEN: Final = {
    "QD": Words("每天 1 次", "once a day"),
    "BID": Words("每天 2 次", "twice a day"),
    "TID": Words("每天 3 次", "3 times a day"),
    "QID": Words("每天 4 次", "4 times a day"),
    "QOD": Words("每 2 天 1 次", "once every 2 days"),
    "AM": Words("每天早晨", "every morning"),
    "PM": Words("每天下午", "every afternoon"),
    "BED": Words("睡前", "at bedtime"),
    "WK": Words("每周 1 次", "once a week"),
    "MO": Words("每月 1 次", "once a month"),
    "Q1H": Words("每小时 1 次", "once an hour"),
    **{f"Q{hours}H": Words(f"每 {hours} 小时 1 次", f"once every {hours} hours") for hours in (2, 3, 4, 6, 8, 12)},
}
"""http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"""

MOMENTS: Final = {
    "MORN": Words("早晨", "in the morning"),
    "MORN.early": Words("清晨", "early in the morning"),
    "MORN.late": Words("上午晚些时候", "late in the morning"),
    "NOON": Words("中午", "at noon"),
    "AFT": Words("下午", "in the afternoon"),
    "AFT.early": Words("午后早些时候", "early in the afternoon"),
    "AFT.late": Words("下午晚些时候", "late in the afternoon"),
    "EVE": Words("晚上", "in the evening"),
    "EVE.early": Words("傍晚", "early in the evening"),
    "EVE.late": Words("晚间晚些时候", "late in the evening"),
    "NIGHT": Words("夜间", "at night"),
    "PHS": Words("入睡后", "once asleep"),
    "HS": Words("睡前", "before sleep"),
    "WAKE": Words("醒后", "after waking"),
    "C": Words("进餐时", "with a meal"),
    "CM": Words("早餐时", "with breakfast"),
    "CD": Words("午餐时", "with lunch"),
    "CV": Words("晚餐时", "with dinner"),
    "AC": Words("餐前", "before a meal"),
    "ACM": Words("早餐前", "before breakfast"),
    "ACD": Words("午餐前", "before lunch"),
    "ACV": Words("晚餐前", "before dinner"),
    "PC": Words("餐后", "after a meal"),
    "PCM": Words("早餐后", "after breakfast"),
    "PCD": Words("午餐后", "after lunch"),
    "PCV": Words("晚餐后", "after dinner"),
}
"""http://hl7.org/fhir/event-timing and http://terminology.hl7.org/CodeSystem/v3-TimingEvent"""

DAYS: Final = {
    "mon": Words("周一", "Monday"),
    "tue": Words("周二", "Tuesday"),
    "wed": Words("周三", "Wednesday"),
    "thu": Words("周四", "Thursday"),
    "fri": Words("周五", "Friday"),
    "sat": Words("周六", "Saturday"),
    "sun": Words("周日", "Sunday"),
}

_ORAL, _UNDER_TONGUE = Words("口服", "by mouth"), Words("舌下含服", "under the tongue")
_VEIN, _MUSCLE = Words("静脉给药", "into a vein"), Words("肌内注射", "into a muscle")
_SKIN, _ON_SKIN = Words("皮下注射", "under the skin"), Words("外用", "on the skin")
_RECTAL, _VAGINAL = Words("直肠给药", "into the rectum"), Words("阴道给药", "into the vagina")
_NOSE, _BREATH = Words("鼻腔给药", "into the nose"), Words("吸入", "breathed in")
_EYE, _EAR, _PATCH = Words("滴眼", "into the eye"), Words("滴耳", "into the ear"), Words("贴于皮肤", "through the skin")

ROUTES: Final = {
    **dict.fromkeys(("PO", "26643006"), _ORAL),
    **dict.fromkeys(("SL", "37839007"), _UNDER_TONGUE),
    **dict.fromkeys(("IV", "IVINJ", "47625008"), _VEIN),
    **dict.fromkeys(("IM", "78421000"), _MUSCLE),
    **dict.fromkeys(("SC", "SQ", "34206005"), _SKIN),
    **dict.fromkeys(("TP", "TOPICAL", "6064005"), _ON_SKIN),
    **dict.fromkeys(("PR", "37161004"), _RECTAL),
    **dict.fromkeys(("VG", "VAGINAL", "16857009"), _VAGINAL),
    **dict.fromkeys(("NS", "NASAL", "46713006"), _NOSE),
    **dict.fromkeys(("IH", "IPINHL", "447694001"), _BREATH),
    **dict.fromkeys(("OP", "54485002"), _EYE),
    **dict.fromkeys(("OT", "10547007"), _EAR),
    **dict.fromkeys(("TD", "TRNSDERM", "45890007"), _PATCH),
}
"""HL7 table 0162, http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration, SNOMED CT 284009009."""

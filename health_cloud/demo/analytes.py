"""What the laboratory measures: names, LOINC, UCUM, decimals, reference ranges and critical limits."""

from dataclasses import dataclass
from decimal import Decimal

from health_cloud.demo.fhir import Text, Unit

Range = tuple[Decimal | None, Decimal | None]

_PRINTED: dict[str, Text] = {
    "umol/L": ("μmol/L", "μmol/L"),
    "10*9/L": ("×10⁹/L", "×10⁹/L"),
    "10*12/L": ("×10¹²/L", "×10¹²/L"),
    "mL/min/{1.73_m2}": ("mL/min/1.73m²", "mL/min/1.73m²"),
    "/min": ("次/分", "/min"),
    "mm[Hg]": ("mmHg", "mmHg"),
    "Cel": ("℃", "°C"),
    "m[IU]/L": ("mIU/L", "mIU/L"),
    "[IU]/mL": ("IU/mL", "IU/mL"),
    "kg/m2": ("kg/m²", "kg/m²"),
    "[IU]": ("IU", "IU"),
    "1": ("", ""),
}


def unit(ucum: str) -> Unit:
    """Returns the unit with the way the hospital prints it."""
    return Unit(ucum, _PRINTED.get(ucum, (ucum, ucum)))


@dataclass(frozen=True, slots=True)
class Analyte:
    """One thing measured; ranges are the hospital's own, printed with each result."""

    key: str
    name: Text
    short: str
    loinc: str
    unit: Unit
    places: int
    reference: Range
    critical: Range = (None, None)
    women: Range | None = None
    """The range for women where it differs."""

    def range_for(self, group: str, hospital: str = "") -> Range:
        """Returns the reference range for a group, child, female or male, where a hospital has its own."""
        if (hospital, self.key) in _ELSEWHERE:
            return _ELSEWHERE[hospital, self.key]
        if group == "child":
            return _CHILDREN.get(self.key, self.reference)
        return self.women if group == "female" and self.women else self.reference

    def flag(self, value: Decimal, group: str, hospital: str = "") -> str:
        """Returns the interpretation code: LL, L, N, H or HH; empty without a range."""
        low, high = self.range_for(group, hospital)
        lowest, highest = self.critical
        for code, out in (
            ("LL", lowest is not None and value < lowest),
            ("HH", highest is not None and value > highest),
            ("L", low is not None and value < low),
            ("H", high is not None and value > high),
        ):
            if out:
                return code
        return "" if low is None and high is None else "N"


def _range(text: str) -> Range:
    """Reads ``4.0~6.0``, ``~3.40`` or ``1.04~``."""
    if not text:
        return (None, None)
    low, high = text.split("~")
    return (Decimal(low) if low else None, Decimal(high) if high else None)


_CHILDREN: dict[str, Range] = {
    key: _range(text)
    for key, text in {
        "wbc": "4.40~11.90",
        "neutrophils": "31.0~70.0",
        "lymphocytes": "23.0~59.0",
        "rbc": "4.00~5.50",
        "hemoglobin": "112~149",
        "hematocrit": "34.0~43.0",
        "mcv": "77.0~92.0",
        "platelets": "188~472",
        "bmi": "",
        "pulse": "75~120",
        "systolic": "82~115",
        "diastolic": "45~75",
        "breathing": "18~28",
        "temperature": "36.0~37.5",
    }.items()
}
"""Ranges for children of 2 to 11 where they differ (blood count after WS/T 779-2021)."""


_ELSEWHERE: dict[tuple[str, str], Range] = {
    ("minghu", "creatinine"): _range("44~133"),
    ("minghu", "ldl"): _range("~3.12"),
    ("minghu", "alt"): _range("0~40"),
    ("minghu", "uric-acid"): _range("150~420"),
}
"""Ranges of the second hospital where its laboratory measures by another method."""


def _analyte(line: str) -> Analyte:
    key, chinese, english, short, loinc, ucum, places, reference, critical, women = (
        part.strip() for part in line.split("|")
    )
    ranges = (_range(reference), _range(critical), _range(women) if women else None)
    return Analyte(key, (chinese, english), short, loinc, unit(ucum), int(places), *ranges)


ANALYTES = {
    each.key: each
    for each in map(
        _analyte,
        (
            "hba1c|糖化血红蛋白|Hemoglobin A1c|HbA1c|4548-4|%|1|4.0~6.0||",
            "glucose|空腹血糖|Fasting glucose|FPG|14771-0|mmol/L|1|3.9~6.1|2.5~22.2|",
            "cholesterol|总胆固醇|Total cholesterol|TC|14647-2|mmol/L|2|~5.20||",
            "triglyceride|甘油三酯|Triglycerides|TG|14927-8|mmol/L|2|~1.70||",
            "hdl|高密度脂蛋白胆固醇|HDL cholesterol|HDL-C|14646-4|mmol/L|2|1.04~||",
            "ldl|低密度脂蛋白胆固醇|LDL cholesterol|LDL-C|22748-8|mmol/L|2|~3.40||",
            "creatinine|肌酐|Creatinine|Cr|14682-9|umol/L|0|57~97|~650|41~73",
            "urea|尿素|Urea|Urea|22664-7|mmol/L|1|3.1~8.0|~36|",
            "uric-acid|尿酸|Uric acid|UA|14933-6|umol/L|0|208~428||155~357",
            "egfr|估算肾小球滤过率|Estimated GFR (CKD-EPI)|eGFR|62238-1|mL/min/{1.73_m2}|0|90~||",
            "potassium|钾|Potassium|K|2823-3|mmol/L|1|3.5~5.3|2.8~6.2|",
            "sodium|钠|Sodium|Na|2951-2|mmol/L|0|137~147|120~160|",
            "chloride|氯|Chloride|Cl|2075-0|mmol/L|0|99~110||",
            "calcium|钙|Calcium|Ca|2000-8|mmol/L|2|2.11~2.52|1.50~3.50|",
            "alt|丙氨酸氨基转移酶|Alanine aminotransferase|ALT|1742-6|U/L|0|9~50||7~40",
            "ast|天门冬氨酸氨基转移酶|Aspartate aminotransferase|AST|1920-8|U/L|0|15~40||13~35",
            "ggt|γ-谷氨酰转移酶|Gamma-glutamyl transferase|GGT|2324-2|U/L|0|10~60||7~45",
            "alp|碱性磷酸酶|Alkaline phosphatase|ALP|6768-6|U/L|0|45~125||50~135",
            "bilirubin|总胆红素|Total bilirubin|TBIL|14631-6|umol/L|1|~26.0|~342|~21.0",
            "albumin|白蛋白|Albumin|ALB|1751-7|g/L|1|40.0~55.0||",
            "wbc|白细胞计数|White blood cell count|WBC|6690-2|10*9/L|2|3.50~9.50|1.50~30.00|",
            "rbc|红细胞计数|Red blood cell count|RBC|789-8|10*12/L|2|4.30~5.80||3.80~5.10",
            "hemoglobin|血红蛋白|Hemoglobin|HGB|718-7|g/L|0|130~175|50~|115~150",
            "hematocrit|红细胞压积|Hematocrit|HCT|4544-3|%|1|40.0~50.0||35.0~45.0",
            "mcv|平均红细胞体积|Mean corpuscular volume|MCV|787-2|fL|1|82.0~100.0||",
            "platelets|血小板计数|Platelet count|PLT|777-3|10*9/L|0|125~350|30~1000|",
            "neutrophils|中性粒细胞百分比|Neutrophils|NEUT%|770-8|%|1|40.0~75.0||",
            "lymphocytes|淋巴细胞百分比|Lymphocytes|LYMPH%|736-9|%|1|20.0~50.0||",
            "crp|C 反应蛋白|C-reactive protein|CRP|1988-5|mg/L|1|~8.0||",
            "procalcitonin|降钙素原|Procalcitonin|PCT|33959-8|ng/mL|2|~0.05||",
            "lactate|乳酸|Lactate|Lac|2524-7|mmol/L|1|0.5~2.2|~4.0|",
            "oxygen|氧分压|Arterial pO2|pO2|2703-7|mm[Hg]|0|80~100|40~|",
            "carbon-dioxide|二氧化碳分压|Arterial pCO2|pCO2|2019-8|mm[Hg]|0|35~45|20~70|",
            "ph|酸碱度|Arterial pH|pH|2744-1|[pH]|2|7.35~7.45|7.20~7.60|",
            "inr|国际标准化比值|INR|INR|6301-6|1|2|0.80~1.20|~5.00|",
            "nt-probnp|N 端脑钠肽前体|NT-proBNP|NT-proBNP|33762-6|pg/mL|0|~300||",
            "tsh|促甲状腺激素|Thyrotropin|TSH|3016-3|m[IU]/L|2|0.27~4.20||",
            "ft4|游离甲状腺素|Free thyroxine|FT4|14920-3|pmol/L|1|12.0~22.0||",
            "acr|尿微量白蛋白/肌酐|Urine albumin/creatinine|UACR|9318-7|mg/g|0|~30||",
            "cea|癌胚抗原|Carcinoembryonic antigen|CEA|2039-6|ng/mL|2|~5.00||",
            "ferritin|铁蛋白|Ferritin|FER|2276-4|ng/mL|0|30~400||13~150",
            "ca199|糖类抗原 19-9|Cancer antigen 19-9|CA19-9|24108-3|U/mL|1|~37.0||",
            "phosphate|磷|Phosphate|P|14879-1|mmol/L|2|0.85~1.51|~4.00|",
            "pth|甲状旁腺激素|Parathyroid hormone, intact|iPTH|2731-8|pg/mL|0|15~65||",
            "kt-v|透析充分性 Kt/V|Dialysis dose, Kt/V|Kt/V|70966-7|1|2|1.20~||",
            "troponin|肌钙蛋白 I|Troponin I|cTnI|10839-9|ng/mL|3|~0.040||",
            "ogtt-fasting|糖耐量空腹血糖|Glucose before 75 g glucose|OGTT 0h|14996-3|mmol/L|1|~5.1||",
            "ogtt-1h|糖耐量 1 小时血糖|Glucose 1 hour after 75 g|OGTT 1h||mmol/L|1|~10.0||",
            "ogtt-2h|糖耐量 2 小时血糖|Glucose 2 hours after 75 g|OGTT 2h|14995-5|mmol/L|1|~8.5||",
            "urine-ph|尿酸碱度|Urine pH|U-pH|5803-2|[pH]|1|4.5~8.0||",
            "urine-gravity|尿比重|Urine specific gravity|SG|5811-5|1|3|1.003~1.030||",
            "height|身高|Height|身高|8302-2|cm|1|||",
            "weight|体重|Weight|体重|29463-7|kg|1|||",
            "bmi|体重指数|Body mass index|BMI|39156-5|kg/m2|1|18.5~23.9||",
            "waist|腰围|Waist circumference|腰围|8280-0|cm|0|~90||~85",
            "systolic|收缩压|Systolic blood pressure|SBP|8480-6|mm[Hg]|0|90~139|~220|",
            "diastolic|舒张压|Diastolic blood pressure|DBP|8462-4|mm[Hg]|0|60~89|~130|",
            "pulse|心率|Heart rate|HR|8867-4|/min|0|60~100|40~150|",
            "temperature|体温|Body temperature|T|8310-5|Cel|1|36.0~37.2|~41.0|",
            "breathing|呼吸频率|Respiratory rate|RR|9279-1|/min|0|12~20|~35|",
            "saturation|血氧饱和度|Oxygen saturation|SpO2|59408-5|%|0|95~100|85~|",
        ),
    )
}

WORDS: dict[str, tuple[Text, str, str]] = {
    "urine-protein": (("尿蛋白", "Urine protein"), "PRO", "20454-5"),
    "urine-glucose": (("尿糖", "Urine glucose"), "GLU", "25428-4"),
    "urine-ketones": (("尿酮体", "Urine ketones"), "KET", "2514-8"),
    "urine-blood": (("尿隐血", "Urine blood"), "BLD", "5794-3"),
    "urine-leukocytes": (("尿白细胞酯酶", "Urine leukocyte esterase"), "LEU", "5799-2"),
    "urine-nitrite": (("尿亚硝酸盐", "Urine nitrite"), "NIT", "5802-4"),
    "breath-test": (("碳13 尿素呼气试验", "Urea breath test (13C)"), "13C-UBT", "29891-9"),
    "hepatitis-b": (("乙肝表面抗原", "Hepatitis B surface antigen"), "HBsAg", "5196-1"),
    "occult-blood": (("粪便隐血", "Fecal occult blood"), "FOB", "2335-8"),
    "syphilis": (("梅毒螺旋体抗体", "Syphilis antibody"), "TP-Ab", "22587-0"),
    "blood-group": (("ABO 血型", "ABO blood group"), "ABO", "883-9"),
    "rhesus": (("RhD 血型", "RhD blood group"), "RhD", "10331-7"),
}
"""Analytes answered with a word (negative, positive, 1+) instead of a number: name, short name, LOINC."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A report of the laboratory: its name, LOINC, v2-0074 service and specimen."""

    name: Text
    loinc: str
    service: str
    specimen: str = "serum"


PANELS = {
    "hba1c-lipids": Panel(("糖化血红蛋白、血脂四项", "HbA1c and lipid panel"), "24331-1", "CH", "venous"),
    "hba1c": Panel(("糖化血红蛋白", "Hemoglobin A1c"), "4548-4", "CH", "venous"),
    "lipids": Panel(("血脂四项", "Lipid panel"), "24331-1", "CH"),
    "kidney": Panel(("肾功能、电解质", "Renal function and electrolytes"), "24362-6", "CH"),
    "potassium": Panel(("急查血钾", "Potassium, urgent"), "2823-3", "CH"),
    "glucose": Panel(("空腹血糖", "Fasting glucose"), "14771-0", "CH", "venous"),
    "acr": Panel(("尿微量白蛋白/肌酐", "Urine albumin/creatinine ratio"), "9318-7", "CH", "urine"),
    "biochemistry": Panel(("生化全套", "Biochemistry profile"), "24323-8", "CH"),
    "liver": Panel(("肝功能", "Liver function panel"), "24325-3", "CH"),
    "blood-count": Panel(("血常规", "Complete blood count"), "58410-2", "HM", "venous"),
    "urinalysis": Panel(("尿常规", "Urinalysis"), "24356-8", "URN", "urine"),
    "thyroid": Panel(("甲状腺功能", "Thyroid function"), "24348-5", "CH"),
    "inflammation": Panel(("炎症指标", "Inflammation markers"), "1988-5", "CH"),
    "blood-gas": Panel(("动脉血气分析", "Arterial blood gas"), "24336-0", "BG", "arterial"),
    "coagulation": Panel(("凝血功能", "Coagulation"), "34528-0", "HM", "venous"),
    "breath-test": Panel(("碳13 尿素呼气试验", "Urea breath test (13C)"), "29891-9", "CH", "breath"),
    "heart": Panel(("心衰标志物", "Heart failure marker"), "33762-6", "CH"),
    "tumour": Panel(("肿瘤标志物", "Tumour marker"), "2039-6", "CH"),
    "occult-blood": Panel(("粪便隐血", "Fecal occult blood"), "2335-8", "CH", "stool"),
    "iron": Panel(("铁蛋白", "Ferritin"), "2276-4", "CH"),
    "hepatitis-b": Panel(("乙肝表面抗原", "Hepatitis B surface antigen"), "5196-1", "IMM"),
    "urine-culture": Panel(("中段尿培养与药敏", "Midstream urine culture and susceptibility"), "630-4", "MB", "urine"),
    "blood-culture": Panel(("血培养与药敏", "Blood culture and susceptibility"), "600-7", "MB", "venous"),
    "ogtt": Panel(("75 g 葡萄糖耐量试验", "75 g oral glucose tolerance test"), "14995-5", "CH", "venous"),
    "blood-group": Panel(("血型鉴定", "Blood group"), "883-9", "BLB", "venous"),
    "infections": Panel(("孕期感染筛查", "Infection screening in pregnancy"), "5196-1", "IMM"),
    "tumour-two": Panel(("肿瘤标志物两项", "Tumour markers CEA and CA19-9"), "2039-6", "CH"),
    "dialysis": Panel(("透析前生化", "Chemistry before dialysis"), "24320-4", "CH"),
    "dialysis-dose": Panel(("透析充分性", "Dialysis adequacy"), "70966-7", "CH"),
    "bone-iron": Panel(("甲状旁腺激素、铁蛋白", "Parathyroid hormone and ferritin"), "2731-8", "CH"),
    "troponin": Panel(("急查肌钙蛋白", "Troponin, urgent"), "10839-9", "CH"),
    "gbs-culture": Panel(("B 族链球菌筛查", "Group B streptococcus screening"), "586-8", "MB", "swab"),
    "sputum-culture": Panel(("痰培养与药敏", "Sputum culture and susceptibility"), "6460-0", "MB", "sputum"),
}

SPECIMENS: dict[str, tuple[Text, str]] = {
    "venous": (("静脉全血", "Venous blood"), "122555007"),
    "arterial": (("动脉血", "Arterial blood"), "122552005"),
    "serum": (("血清", "Serum"), "119364003"),
    "urine": (("尿液", "Urine"), "122575003"),
    "stool": (("粪便", "Stool"), "119339001"),
    "sputum": (("痰液", "Sputum"), "119334006"),
    "swab": (("阴道直肠拭子", "Vaginal and rectal swab"), "258498002"),
    "breath": (("呼出气", "Exhaled air"), "119337004"),
}
"""Names and SNOMED CT codes of specimens."""

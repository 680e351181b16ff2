// Draws FHIR resources for people: whose they are, and each thing with what its source said of it. Nothing is concluded,
// and nothing of a foreign text is taken for markup.
const LOCALE = { zh: "zh-CN", en: "en-GB" };
const TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation";
const AS_WRITTEN = "http://hl7.org/fhir/StructureDefinition/rendered-value";
const CJK = /[\u3400-\u9fff]/;
const SHOWN = ["application/pdf", "image/png", "image/jpeg", "text/plain"];
const DEEP = 4;

const KINDS = {
  Composition: ["病历", "Notes"],
  DiagnosticReport: ["报告", "Reports"],
  Observation: ["结果与测量", "Results and measurements"],
  MedicationRequest: ["处方", "Prescriptions"],
  MedicationStatement: ["用药", "Medicines"],
  Condition: ["疾病与健康问题", "Problems"],
  AllergyIntolerance: ["过敏与不良反应", "Allergies and intolerances"],
  Immunization: ["疫苗接种", "Immunizations"],
  Procedure: ["手术与操作", "Procedures"],
  Encounter: ["就诊", "Visits"],
  ImagingStudy: ["影像检查", "Imaging"],
  DocumentReference: ["原件", "Originals"],
};
const WORDS = {
  male: ["男", "Male"],
  female: ["女", "Female"],
  born: ["出生：", "Born "],
  nameless: ["没有写姓名", "No name given"],
  by: ["内容来自：", "From: "],
  made: ["整理于", "As of"],
  range: ["参考：", "Reference: "],
  H: ["偏高", "High"], HH: ["危急偏高", "Critically high"], L: ["偏低", "Low"], LL: ["危急偏低", "Critically low"],
  A: ["异常", "Abnormal"], AA: ["危急", "Critical"], N: ["正常", "Normal"], POS: ["阳性", "Positive"], NEG: ["阴性", "Negative"],
  R: ["耐药", "Resistant"], I: ["中介", "Intermediate"], S: ["敏感", "Susceptible"], DET: ["检出", "Detected"],
  high: ["高风险", "High risk"], low: ["低风险", "Low risk"],
  none: ["没有记录，不等于没有", "Nothing recorded, which does not mean there is none"],
  open: ["打开原件", "Open the original"],
  large: ["原件太大，没有放进来", "The original is too large and was left out"],
  inactive: ["已不存在", "No longer present"], resolved: ["已痊愈", "Resolved"], refuted: ["已排除", "Ruled out"],
  unconfirmed: ["未确认", "Unconfirmed"], stopped: ["已停", "Stopped"], "not-done": ["未接种", "Not given"],
};

const own = (name, language) => WORDS[name]?.[language === "en" ? 1 : 0] ?? "";
const list = (value) => (Array.isArray(value) ? value : value ? [value] : []);
const plain = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : "");

const made = (name, kind, ...inside) => {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  element.append(...inside.flat().filter((each) => each !== null && each !== undefined && each !== ""));
  return element;
};

/** Gives a text of a resource in the reader's language, where its source says it in that, else as it is. */
const said = (holder, field, language) => {
  const base = plain(holder?.[field]);
  for (const each of list(holder?.[`_${field}`]?.extension)) {
    if (each?.url !== TRANSLATION) continue;
    const part = (name) => list(each.extension).find((one) => one?.url === name);
    const tongue = plain(part("lang")?.valueCode ?? part("lang")?.valueString).slice(0, 2).toLowerCase();
    const other = plain(part("content")?.valueString ?? part("content")?.valueMarkdown);
    if (other && tongue === language && CJK.test(base) !== (language === "zh")) return other;
  }
  return base;
};

const concept = (value, language) => {
  if (!value) return "";
  const coded = list(value.coding).find((each) => each?.display) ?? list(value.coding)[0];
  return said(value, "text", language) || said(coded, "display", language) || plain(coded?.code);
};

const code = (value) => plain(list(list(value)[0]?.coding)[0]?.code);

export const day = (iso, language) => {
  const [, year, month, date] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(plain(iso)) ?? [];
  if (!year) return "";
  const shape = { year: "numeric", month: month ? (language === "zh" ? "long" : "short") : undefined, day: date ? "numeric" : undefined, timeZone: "UTC" };
  return new Intl.DateTimeFormat(LOCALE[language], shape).format(new Date(Date.UTC(+year, (month ?? 1) - 1, date ?? 1)));
};

// A foreign narrative: its words alone, a line for each block. Its tags are gone before anything reads it as a page
const words = (narrative) => {
  const text = plain(narrative?.div)
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, " ")
    .replace(/<\/?(p|li|tr|div|br|ul|ol|table|h[1-6])\b[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("<", "&lt;");
  const page = new DOMParser().parseFromString(text, "text/html"); // what is left to read are entities
  return page.body.textContent.split("\n").map((each) => each.replace(/\s+/g, " ").trim()).filter(Boolean);
};

const quantity = (value, language) => {
  if (!value) return "";
  const written = list(value.extension).find((each) => each?.url === AS_WRITTEN)?.valueString;
  const number = plain(written) || plain(value.value);
  return number && `${plain(value.comparator)}${number} ${said(value, "unit", language) || plain(value.code)}`.trim();
};

const value = (one, language) =>
  quantity(one.valueQuantity, language) || concept(one.valueCodeableConcept, language) || said(one, "valueString", language) ||
  (typeof one.valueBoolean === "boolean" ? (one.valueBoolean ? "+" : "-") : "") || plain(one.valueInteger) || day(one.valueDateTime, language) ||
  (one.valueRange ? `${quantity(one.valueRange.low, language)} - ${quantity(one.valueRange.high, language)}` : "") ||
  concept(one.dataAbsentReason, language);

const range = (one, language) => {
  const [first] = list(one.referenceRange);
  if (!first) return "";
  const text = said(first, "text", language);
  const [low, high] = [quantity(first.low, language), quantity(first.high, language)];
  const said_ = text || (low && high ? `${low} - ${high}` : low ? `≥ ${low}` : high ? `≤ ${high}` : "");
  return said_ && own("range", language) + said_;
};

const flag = (one, language) => {
  const named = code(one.interpretation);
  if (!named || named === "N") return null;
  const text = own(named, language) || concept(list(one.interpretation)[0], language);
  return text && made("span", `view-flag${["HH", "LL", "AA"].includes(named) ? " crit" : ""}`, text);
};

class Drawing {
  constructor(bundle, language) {
    this.language = language;
    this.all = list(bundle.entry).map((each) => each?.resource).filter((each) => each?.resourceType);
    this.by = new Map();
    for (const { fullUrl, resource } of list(bundle.entry)) {
      if (!resource?.resourceType) continue;
      if (fullUrl) this.by.set(fullUrl, resource);
      if (resource.id) this.by.set(`${resource.resourceType}/${resource.id}`, resource);
    }
    this.used = new Set();
  }

  found(reference) {
    const name = plain(reference?.reference);
    return this.by.get(name) ?? this.by.get(name.split("/").slice(-2).join("/"));
  }

  called(reference) {
    const there = this.found(reference);
    const name = said(reference, "display", this.language);
    if (name || !there) return name;
    const human = list(there.name)[0];
    return plain(there.name) || said(human, "text", this.language) || [list(human?.given).join(" "), plain(human?.family)].filter(Boolean).join(" ");
  }

  subject() {
    const patient = this.all.find((each) => each.resourceType === "Patient");
    if (!patient) return null;
    const names = list(patient.name).map((each) => said(each, "text", this.language) || [list(each?.given).join(" "), plain(each?.family)].filter(Boolean).join(" "));
    const wanted = names.find((each) => CJK.test(each) === (this.language === "zh")) ?? names[0];
    const told = [own(patient.gender, this.language), patient.birthDate ? own("born", this.language) + day(patient.birthDate, this.language) : ""];
    const heading = made("h2", "", wanted || own("nameless", this.language));
    heading.tabIndex = -1;
    return made("header", "view-whom", heading, made("p", "", told.filter(Boolean).join(" · ")));
  }

  line(title, told, more = [], after = []) {
    const small = told.filter(Boolean).join(" · ");
    return made("li", "", made("span", "view-title", made("b", "", title), ...more), small ? made("span", "view-told", small) : null, ...after);
  }

  resource(one, deep = 0) {
    this.used.add(one);
    const { language } = this;
    const notes = list(one.note).map((each) => said(each, "text", language));
    const date = day(one.effectiveDateTime ?? one.occurrenceDateTime ?? one.onsetDateTime ?? one.authoredOn ?? one.recordedDate ?? one.performedDateTime ?? one.started ?? one.date ?? one.effectivePeriod?.start ?? one.performedPeriod?.start ?? one.period?.start, language);
    const state = ["inactive", "resolved", "refuted", "unconfirmed", "stopped", "not-done"].find((each) => [code(one.clinicalStatus), code(one.verificationStatus), one.status].includes(each));
    const status = own(state, language);
    switch (one.resourceType) {
      case "Observation":
        return this.observed(one, [range(one, language), date, ...notes], deep);
      case "DiagnosticReport": {
        const inside = deep < DEEP ? list(one.result).map((each) => this.found(each)).filter(Boolean).map((each) => this.resource(each, deep + 1)) : [];
        const text = said(one, "conclusion", language);
        const lines = inside.length || text ? [] : words(one.text).slice(1);
        const by = list(one.performer).map((each) => this.called(each));
        return this.line(concept(one.code, language), [date, ...by], [], [...(text ? [text] : lines).map((each) => made("p", "view-text", each)), inside.length ? made("ul", "", ...inside) : null]);
      }
      case "MedicationRequest":
      case "MedicationStatement": {
        const dose = list(one.dosage ?? one.dosageInstruction).map((each) => said(each, "text", language));
        const medicine = this.found(one.medicationReference);
        return this.line(concept(one.medicationCodeableConcept ?? medicine?.code, language) || this.called(one.medicationReference), [...dose, status, date, this.called(one.informationSource), this.called(one.requester), ...notes]);
      }
      case "AllergyIntolerance": {
        const harm = list(one.reaction).flatMap((each) => list(each?.manifestation)).map((each) => concept(each, language));
        return this.line(concept(one.code, language), [own(one.criticality, language), status, ...harm, date, ...notes]);
      }
      case "Immunization":
        return this.line(concept(one.vaccineCode, language), [status, date || plain(one.occurrenceString), ...notes]);
      case "DocumentReference":
        return this.original(one, date);
      case "ImagingStudy":
        return this.line(said(one, "description", language) || own2("ImagingStudy", language), [date, ...list(one.series).map((each) => plain(each?.modality?.code))]);
      case "Composition":
        return this.note(one, date);
      default:
        return this.line(concept(one.code ?? list(one.type)[0] ?? one.vaccineCode, language) || one.resourceType, [status, date, ...notes]);
    }
  }

  observed(one, told, deep) {
    const parts = deep < DEEP ? [...list(one.component).map((each) => this.part(each)), ...list(one.hasMember).map((each) => this.found(each)).filter(Boolean).map((each) => this.resource(each, deep + 1))] : [];
    const shown = value(one, this.language);
    return this.line(concept(one.code, this.language), told, [shown ? made("span", "view-value", shown) : null, flag(one, this.language)], [parts.length ? made("ul", "", ...parts) : null]);
  }

  part(one) {
    return this.line(concept(one.code, this.language), [range(one, this.language)], [made("span", "view-value", value(one, this.language)), flag(one, this.language)]);
  }

  original(one, date) {
    const inside = list(one.content).map(({ attachment }) => this.attachment(attachment ?? {}));
    return this.line(said(one, "description", this.language) || concept(one.type, this.language) || own2("DocumentReference", this.language), [date], [], inside);
  }

  attachment({ data, contentType, title }) {
    const kind = plain(contentType).split(";")[0];
    if (!data || !SHOWN.includes(kind)) return made("p", "view-told", own("large", this.language));
    let content;
    try {
      content = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
    } catch {
      return made("p", "view-told", own("large", this.language));
    }
    const link = made("a", "btn plain", own("open", this.language));
    link.href = URL.createObjectURL(new Blob([content], { type: kind }));
    link.download = `${plain(title) || "original"}.${kind === "application/pdf" ? "pdf" : kind === "image/png" ? "png" : kind === "image/jpeg" ? "jpg" : "txt"}`;
    if (!kind.startsWith("image/")) return link;
    const picture = made("img", "view-picture");
    picture.src = link.href;
    picture.alt = plain(title);
    return made("div", "stack", picture, link);
  }

  note(one, date) {
    const inside = list(one.section).flatMap((each) => {
      const found = list(each.entry).map((entry) => this.found(entry)).filter(Boolean).map((entry) => this.resource(entry, 1));
      return [made("h4", "", said(each, "title", this.language)), ...(found.length ? [made("ul", "", ...found)] : words(each.text).map((line) => made("p", "view-text", line)))];
    });
    return this.line(said(one, "title", this.language) || concept(one.type, this.language), [date, ...list(one.author).map((each) => this.called(each))], [], inside);
  }

  section(title, lines, empty = "") {
    return made("section", "view-part", made("h3", "", title), lines.length ? made("ul", "", ...lines) : made("p", "view-told", empty || own("none", this.language)));
  }

  // A document in the order of its own sections, and what none of them names after that
  document(composition) {
    this.used.add(composition);
    const parts = list(composition.section).flatMap((each) => [each, ...list(each.section)]).map((each) => {
      const found = list(each.entry).map((entry) => this.found(entry)).filter(Boolean).map((entry) => this.resource(entry));
      const told = concept(each.emptyReason, this.language) || words(each.text).join(" ");
      return this.section(said(each, "title", this.language) || concept(each.code, this.language), found, told);
    });
    const from = list(composition.author).map((each) => this.called(each)).filter(Boolean).join(this.language === "en" ? ", " : "、");
    const head = made("div", "view-from", made("p", "strong", said(composition, "title", this.language)), made("p", "view-told", `${own("made", this.language)} ${day(composition.date, this.language)}`), from ? made("p", "view-told", own("by", this.language) + from) : null);
    return [head, ...parts];
  }

  collection() {
    const nested = new Set(this.all.flatMap((each) => [...list(each.result), ...list(each.hasMember), ...list(each.imagingStudy), ...list(each.section).flatMap((part) => list(part.entry))]).map((each) => this.found(each)));
    return Object.keys(KINDS).flatMap((kind) => {
      const found = this.all.filter((each) => each.resourceType === kind && !nested.has(each) && !this.used.has(each));
      return found.length ? [this.section(own2(kind, this.language), found.map((each) => this.resource(each)))] : [];
    });
  }
}

const own2 = (kind, language) => KINDS[kind][language === "en" ? 1 : 0];

/** Brings resources into bundles: what came alone is a bundle of its own. */
export const named = (resources) =>
  resources.map((each) => (each.resourceType === "Bundle" ? each : { resourceType: "Bundle", type: "collection", entry: [{ resource: each }] })).filter((each) => list(each.entry).length);

/** Draws bundles one after the other; who they are about stands once where it is the same person. */
export const drawn = (bundles, language) => {
  const box = made("article", "view-records");
  box.lang = LOCALE[language];
  let last = "";
  for (const bundle of bundles) {
    const drawing = new Drawing(bundle, language);
    const whom = drawing.subject();
    if (whom && whom.textContent !== last) box.append(whom);
    last = whom?.textContent ?? last;
    const composition = bundle.type === "document" ? drawing.all.find((each) => each.resourceType === "Composition") : null;
    box.append(...(composition ? drawing.document(composition) : drawing.collection()));
  }
  return box;
};

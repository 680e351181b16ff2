# ruff: noqa: SIM905 - a list of names reads best as words
"""What FHIR R4 looks like: resource types, and the shapes by which other versions are told."""

from __future__ import annotations

from health_cloud.ingest.service.reading.json_text import AMBIGUOUS, Json

R4_TYPES = frozenset(
    """Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic
    Binary BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry
    ChargeItem ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication
    CommunicationRequest CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage
    CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric
    DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis
    Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable
    ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse
    HealthcareService ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation
    ImplementationGuide InsurancePlan Invoice Library Linkage List Location Measure MeasureReport Media Medication
    MedicationAdministration MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement
    MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication
    MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged
    MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition MessageHeader
    MolecularSequence NamingSystem NutritionOrder Observation ObservationDefinition OperationDefinition
    OperationOutcome Organization OrganizationAffiliation Parameters Patient PaymentNotice PaymentReconciliation
    Person PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse
    RelatedPerson RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject
    RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition
    StructureDefinition StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
    SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
    TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription""".split()
)

OTHER_VERSIONS = frozenset(
    """ActorDefinition AdministrableProductDefinition ArtifactAssessment BiologicallyDerivedProductDispense BodySite
    Citation ClinicalUseDefinition ConditionDefinition Conformance DataElement DeviceAssociation DeviceComponent
    DeviceDispense DeviceUsage DeviceUseRequest DiagnosticOrder EligibilityRequest EligibilityResponse
    EncounterHistory ExpansionProfile FormularyItem GenomicStudy ImagingManifest ImagingObjectSelection
    ImagingSelection Ingredient InventoryItem InventoryReport ManufacturedItemDefinition MedicationOrder
    MedicinalProductDefinition NutritionIntake NutritionProduct ObservationForm Order OrderResponse
    PackagedProductDefinition Permission ProcedureRequest ProcessRequest ProcessResponse ReferralRequest
    RegulatedAuthorization RequestOrchestration Requirements Sequence ServiceDefinition SubscriptionStatus
    SubscriptionTopic SubstanceDefinition TestPlan Transport""".split()
)
"""Types of DSTU2, STU3, R4B or R5 that R4 does not have."""

NEEDS_PERSON = frozenset(
    """AllergyIntolerance CarePlan ClinicalImpression Condition DeviceRequest DeviceUseStatement DiagnosticReport
    DocumentReference Encounter EpisodeOfCare FamilyMemberHistory Flag Goal ImagingStudy Immunization
    ImmunizationEvaluation ImmunizationRecommendation MedicationAdministration MedicationRequest
    MedicationStatement NutritionOrder Observation Procedure RiskAssessment ServiceRequest""".split()
)
"""Clinical types that mean nothing without whom they are about."""

_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "MedicationRequest": ("medication",),
    "MedicationStatement": ("medication", "wasNotTaken"),
    "MedicationAdministration": ("medication", "wasNotGiven"),
    "MedicationDispense": ("medication",),
    "Encounter": ("patient", "actualPeriod"),
    "Condition": ("patient",),
    "DocumentReference": ("indexed", "class"),
    "ImagingStudy": ("patient", "uid"),
}
"""Elements that carry in other versions what R4 carries elsewhere: read as R4, something would be lost."""

_LISTED: dict[str, tuple[str, ...]] = {
    "Encounter": ("class",),
    "DocumentReference": ("context",),
    "Composition": ("subject",),
}
"""Elements that are single in R4 and a list in R5."""


def cause_of(resource: Json) -> str:
    """Return why a resource cannot be read at all, or nothing. Lesser deviations become cases."""
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not kind:
        return "not_fhir"
    if kind in OTHER_VERSIONS or (kind in R4_TYPES and _of_other_version(kind, resource)):
        return "fhir_version"
    if kind not in R4_TYPES:
        return "unknown_type"
    identity = resource.get("id", "")
    if not isinstance(identity, str) or identity.startswith("#") or "?" in identity:
        return "identity"
    return "ambiguous" if AMBIGUOUS in resource else ""


def _of_other_version(kind: str, resource: Json) -> bool:
    if any(name in resource for name in _ELSEWHERE.get(kind, ())):
        return True
    return any(isinstance(resource.get(name), list) for name in _LISTED.get(kind, ()))

"""The import of FHIR R4: reading, staging, deciding by the outcome rules, publishing."""

from health_cloud.ingest.service.run import ingest_fhir

__all__ = ["ingest_fhir"]

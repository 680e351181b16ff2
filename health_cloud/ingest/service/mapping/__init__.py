"""From FHIR R4 JSON to what readers see, tolerant of whatever vendors write."""

"""One file a life: who the person is and what happened, as FHIR resources."""

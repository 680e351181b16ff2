"""FHIR R4 of what a link shows, as given: what no hospital said is not filled in."""

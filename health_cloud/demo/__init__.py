"""Seeded, invented people and their records as FHIR, for the demo and the tests."""

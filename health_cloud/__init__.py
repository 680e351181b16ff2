"""Health Cloud: a patient health-record app that runs inside a hospital."""

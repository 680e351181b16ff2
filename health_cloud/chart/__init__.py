"""The only door to patient data."""

"""Whole journeys in a real Chromium, on the demo's people as the import brought them in."""

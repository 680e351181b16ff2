"""Feeds, messages, staging, outcome rules and data-quality cases."""

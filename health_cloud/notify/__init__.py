"""Channels to people outside the app: outbox, e-mail and SMS; knows addresses and templates, not people."""

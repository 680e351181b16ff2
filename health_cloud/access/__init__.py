"""Screens that show or count records for a decision: ask, decide, who can see me, my ledger."""

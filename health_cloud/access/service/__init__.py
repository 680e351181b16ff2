"""Use cases of access: asking, deciding, seeing who can see, and reading one's own ledger."""

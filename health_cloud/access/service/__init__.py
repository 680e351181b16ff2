"""Use cases of access: what a decision would show, and reading under a grant."""

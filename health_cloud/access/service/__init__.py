<<<<<<< HEAD
"""Use cases of access: asking, deciding, seeing who can see, and reading one's own ledger."""
=======
"""Use cases of access: what a decision would show, and reading under a grant."""
>>>>>>> bd229b7 (Access: what a decision would show, reading under a grant, states of both sides)

"""Access requests, grants, revocation and expiry."""

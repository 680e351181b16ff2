"""Use cases of consent."""

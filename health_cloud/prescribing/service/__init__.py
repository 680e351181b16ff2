"""Use cases of prescribing."""

"""First screens per role, composed of the others."""

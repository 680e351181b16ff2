"""The access screens."""

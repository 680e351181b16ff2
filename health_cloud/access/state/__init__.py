"""States of the access screens."""

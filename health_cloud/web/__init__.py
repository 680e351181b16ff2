"""The only room that touches Reflex's inside: gate, live delivery, edge and the build step."""

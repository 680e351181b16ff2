"""Follow-up visits: slots and appointments."""

"""Use cases of notify: queue a message in the caller's transaction; deliver what is due after the commit."""

"""Who may be seen online: rules as data, one pure function, and the facts of a patient's own chart that it judges."""

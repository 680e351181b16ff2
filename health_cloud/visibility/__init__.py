"""A hospital's release rules: what patients may see, from when."""

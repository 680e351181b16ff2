"""The hospital's screens: what patients may see."""

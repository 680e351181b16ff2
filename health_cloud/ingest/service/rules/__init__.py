"""The outcome rules, one file per record class: what is an entry, what is held and why, what belongs where."""

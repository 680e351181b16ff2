"""What every feature stands on: settings, clock, ids, database, secrets, policy, ledger, facts, changes, errors."""

"""The emergency card: what its owner chose for helpers to read, sealed on their phone, open without a network."""

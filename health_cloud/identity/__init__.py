"""Who someone is: patient index, verification, accounts, factors and sessions."""

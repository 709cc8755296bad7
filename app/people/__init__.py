"""Workers, their addresses and consent, partners and cohorts."""

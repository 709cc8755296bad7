"""Money: the ledger, what a place costs, and payouts to workers over rails of mobile money."""

"""Where contacts, consents and the ledger of deliveries are kept."""

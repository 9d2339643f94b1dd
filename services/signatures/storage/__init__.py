"""What the service keeps, and how signatures get there together."""

"""What `organizers` keeps, and the queries on it. Each class wraps one transaction."""

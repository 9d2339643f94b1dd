"""What `calls` keeps, and the queries on it. Each class wraps one transaction."""

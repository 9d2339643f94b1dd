"""What the providers of notifications must do."""

"""Messages: who may be reached, what is sent to whom because of what, and what became of it."""

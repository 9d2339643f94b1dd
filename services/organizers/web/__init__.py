"""The sign-in, the home of the console, the erasure page and the audit log."""

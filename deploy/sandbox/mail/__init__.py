"""SendGrid: what it takes and refuses, what arrives in inboxes, and the events it posts."""

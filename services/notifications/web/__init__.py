"""The console pages, the links in messages and the webhooks."""

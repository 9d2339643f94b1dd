"""The pages, the console and the webhooks of `calls`."""

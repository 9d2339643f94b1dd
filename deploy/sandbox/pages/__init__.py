"""Phones, inboxes and an overview on web pages below /sandbox/, for a person to take part."""

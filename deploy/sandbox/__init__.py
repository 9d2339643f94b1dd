"""The stand-in for Twilio, SendGrid and Represent, with phones and inboxes on web pages that a person can answer."""

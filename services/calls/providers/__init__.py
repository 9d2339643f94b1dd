"""The outside world: Twilio Voice, which rings telephones, and Represent, which knows the MPs."""

"""Twilio messaging and SendGrid, and fakes that obey the same contract."""

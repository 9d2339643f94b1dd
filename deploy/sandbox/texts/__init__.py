"""Twilio's texts: what it takes and refuses, what becomes of them, and what telephones answer."""

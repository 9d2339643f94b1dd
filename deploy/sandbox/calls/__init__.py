"""Twilio's calls: telephones that ring, what is said and pressed on them, and whom they are bridged to."""

"""Where gatherings and attendances are kept."""

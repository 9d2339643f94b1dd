"""The pages that supporters and organizers see, and the API."""

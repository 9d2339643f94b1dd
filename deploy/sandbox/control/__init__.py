"""The sandbox's own API below /sandbox/api: what tests and rehearsals set, count and look at."""

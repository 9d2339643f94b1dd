"""Benchmarks: what the stack does in a second beside what its parts could do at most. Never tests."""

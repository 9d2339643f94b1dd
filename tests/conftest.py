"""Fixtures for every test: real PostgreSQL and Kafka, and services assembled on them."""

pytest_plugins = ["tests.fixtures.stack", "tests.fixtures.services", "tests.fixtures.sandbox"]

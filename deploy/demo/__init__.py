"""A small campaign to look at, loaded through the same pages and APIs that people use."""

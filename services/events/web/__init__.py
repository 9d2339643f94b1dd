"""The pages, the API and the console of gatherings."""

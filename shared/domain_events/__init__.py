"""The published language: one file per posting service, the envelope, and the catalogue of them all."""

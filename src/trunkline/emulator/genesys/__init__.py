"""Genesys Cloud: records on one store, seen through the public API and through the guides' endpoints."""

"""The API that Genesys publishes, `/api/v2/…`."""

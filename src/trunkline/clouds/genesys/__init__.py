"""Genesys Cloud: `public` is the vendor's published API, `guides` the endpoints of the how-to guides."""

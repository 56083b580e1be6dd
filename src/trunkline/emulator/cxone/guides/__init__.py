"""The endpoints of chapter G3 of the guides: script actions."""

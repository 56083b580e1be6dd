"""The endpoints of the how-to guides; the vendor does not document them as its API."""

"""The endpoints of the five how-to guides; not part of the vendor's published API."""

"""Sessions with a cloud, recorded as HAR files and answered again from them."""

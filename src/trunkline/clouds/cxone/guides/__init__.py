"""CXone as the guides speak to it."""

"""NICE CXone: tenants on both surfaces."""

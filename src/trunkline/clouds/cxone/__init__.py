"""The client of NICE CXone."""

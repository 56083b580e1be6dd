"""Flows of Architect: their files, their graph, their canonical form, their differences."""

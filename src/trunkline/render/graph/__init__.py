"""Drawings of flows and of what an org's flows depend on: SVG, HTML, Mermaid, DOT."""

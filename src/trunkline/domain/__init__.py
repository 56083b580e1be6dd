"""Plain values and pure functions: resources, kinds, findings, plans, flow graphs. No I/O."""

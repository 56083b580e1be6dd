"""What schemathesis loads while `bench.schema_fuzz` runs it."""

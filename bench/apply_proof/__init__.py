"""The parts of the proof that an apply survives its death: see `bench.prove_apply`."""

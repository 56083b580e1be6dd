"""A pytest plugin: test against the emulator from any project."""

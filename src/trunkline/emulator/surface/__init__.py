"""What the routes of the emulator take and answer: declared in `*.surface`, checked, shown as OpenAPI 3.1."""

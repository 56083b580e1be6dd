"""Files of a user's project: read with positions, written without surprises."""

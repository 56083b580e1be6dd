"""Talking to a cloud: which org, the calls themselves, and the objects behind them."""

"""Talking to a cloud: which org, the calls themselves, and the objects behind them."""

from trunkline.clouds.base import Listing, Provider
from trunkline.clouds.connecting import Cloud, connect
from trunkline.clouds.flows import Flows, FlowSummary, Stage
from trunkline.clouds.target import Sources, Target, chooses_emulator, resolve

__all__ = [
    "Cloud",
    "FlowSummary",
    "Flows",
    "Listing",
    "Provider",
    "Sources",
    "Stage",
    "Target",
    "chooses_emulator",
    "connect",
    "resolve",
]

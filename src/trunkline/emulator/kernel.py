"""What every request works on: the state, the time, the quota, the journal."""

from __future__ import annotations

from pathlib import Path

from trunkline.emulator.clock import Clock, DrivenClock, Ids, RandomIds, SystemClock
from trunkline.emulator.faults import Faults
from trunkline.emulator.genesys.audits import Auditor
from trunkline.emulator.genesys.channels import Channels
from trunkline.emulator.journal import Journal
from trunkline.emulator.orgs import Orgs
from trunkline.emulator.quota import Limits
from trunkline.emulator.routes import RouteTable
from trunkline.emulator.store import Store

VENDOR_QUOTA = 300
"""Requests a minute a token."""


class Kernel:
    """One emulator without its socket.

    quota        requests a minute a token, 0 for none
    admin_token  what the emulator's own API asks for, None where it is for this machine alone
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        quota: int = VENDOR_QUOTA,
        clock: Clock | None = None,
        ids: Ids | None = None,
        admin_token: str | None = None,
    ) -> None:
        self.admin_token = admin_token
        self.store = Store(data)
        self.clock = DrivenClock(clock or SystemClock())
        self.ids = ids or RandomIds()
        self.limits = Limits(quota)
        self.journal = Journal()
        self.faults = Faults()
        self.orgs = Orgs(self.store, self.clock, self.ids)
        self.channels = Channels()
        self.store.before_commit.append(Auditor(self.orgs).watch)
        self.store.after_commit.append(self.channels.watch)
        self.table = RouteTable(())

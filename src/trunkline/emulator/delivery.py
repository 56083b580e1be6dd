"""Delivers webhooks for real: signed, in order for each object, again with backoff, at last given up.

Headers: `X-Webhook-Id` (the same for every attempt), `X-Webhook-Timestamp` (seconds since the epoch) and
`X-Webhook-Signature`: `sha256=` and the hex HMAC-SHA256 of `<timestamp>.<body>`; two of them, parted by a
comma, while a secret is being rotated. Only this machine is reached: nothing is sent to the outside.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias
from urllib.parse import urlsplit

import msgspec

from trunkline.domain.json import JsonObject
from trunkline.emulator.clock import timestamp
from trunkline.emulator.genesys.events import DELIVERIES, WEBHOOKS
from trunkline.emulator.hosts import is_loopback
from trunkline.emulator.kernel import Kernel
from trunkline.emulator.orgs import Org
from trunkline.emulator.store import Document

AT_ONCE = 32
"""Deliveries under way or waiting for their next attempt."""
JITTER = 0.5
"""Up to this part of a wait is added to it."""

Lane: TypeAlias = tuple[str, str, str]
"""Org, webhook and object: deliveries of one lane go out one after the other."""


class Deliverer:
    """Works in threads of its own from `start` to `stop`."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._lanes: dict[Lane, deque[str]] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._pool = ThreadPoolExecutor(AT_ONCE, "trunkline-webhooks")
        self._thread = threading.Thread(target=self._listen, name="trunkline-webhooks", daemon=True)

    def start(self) -> None:
        """Takes up what an earlier process left waiting, then what comes."""
        for org in self._kernel.orgs.all():
            for key, each in org.documents(DELIVERIES).items():
                if each["state"] == "PENDING":
                    self._kernel.orgs.outbox.put((org.id, key))
        self._thread.start()

    def stop(self) -> None:
        """Ends after the attempts under way; what waits stays for the next process."""
        self._ended.set()
        self._kernel.orgs.outbox.put(None)
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _listen(self) -> None:
        while (told := self._kernel.orgs.outbox.get()) is not None and not self._ended.is_set():
            org_id, delivery_id = told
            with self._kernel.store.transaction():
                org = self._kernel.orgs.get(org_id)
                delivery = org.documents(DELIVERIES).get(delivery_id) if org else None
            if delivery is not None:
                self._add((org_id, delivery["webhookId"], delivery["entityId"]), delivery_id)

    def _add(self, lane: Lane, delivery_id: str) -> None:
        with self._lock:
            waiting = self._lanes.get(lane)
            if waiting is not None:
                waiting.append(delivery_id)
                return
            self._lanes[lane] = deque([delivery_id])
        self._pool.submit(self._work, lane)

    def _work(self, lane: Lane) -> None:
        """All that waits in a lane, in order."""
        while not self._ended.is_set():
            with self._lock:
                waiting = self._lanes[lane]
                if not waiting:
                    del self._lanes[lane]
                    return
                delivery_id = waiting.popleft()
            while (wait := self._attempt(lane[0], delivery_id)) is not None:
                if self._ended.wait(wait):
                    return

    def _attempt(self, org_id: str, delivery_id: str) -> float | None:
        """One attempt; seconds until the next, None where there is none."""
        with self._kernel.store.transaction():
            org = self._kernel.orgs.get(org_id)
            delivery = org.documents(DELIVERIES).get(delivery_id) if org else None
            webhook = org.documents(WEBHOOKS).get(delivery["webhookId"]) if org and delivery else None
        if org is None or delivery is None or webhook is None:
            return None
        outcome = _post(org, webhook, delivery)
        with self._kernel.store.transaction():
            return _settle(org, delivery_id, outcome)


def _settle(org: Org, delivery_id: str, outcome: JsonObject) -> float | None:
    """Notes an attempt; the seconds to wait for another one."""
    deliveries = org.documents(DELIVERIES)
    delivery = deliveries.get(delivery_id)
    if delivery is None:
        return None
    attempts = [*delivery["attempts"], outcome]
    delivered = 200 <= (outcome["status"] or 0) < 300
    over = delivered or len(attempts) >= org.setting("webhookAttempts")
    state = "DELIVERED" if delivered else "DEAD" if over else "PENDING"
    deliveries.put(delivery_id, {**delivery, "attempts": attempts, "state": state})
    wait = org.setting("webhookFirstWaitSeconds") * 2 ** (len(attempts) - 1)
    return None if over else wait * (1 + JITTER * secrets.randbelow(1001) / 1000)


def signature(webhook: Document, moment: int, body: bytes, now: float) -> str:
    """The signature header: by the secret, and by the one before while that still holds."""
    keys = [webhook["secret"]]
    if webhook["previousSecret"] and now < webhook["previousUntil"]:
        keys.append(webhook["previousSecret"])
    signed = str(moment).encode() + b"." + body
    return ",".join(f"sha256={hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()}" for key in keys)


def _post(org: Org, webhook: Document, delivery: Document) -> JsonObject:
    """One attempt: when, the status or what went wrong, how long it took in milliseconds."""
    body = msgspec.json.encode(delivery["body"])
    moment = int(org.now())
    headers = {
        **webhook["target"]["headers"],
        "Content-Type": "application/json",
        "User-Agent": "trunkline-emulator",
        "X-Webhook-Id": delivery["id"],
        "X-Webhook-Timestamp": str(moment),
        "X-Webhook-Signature": signature(webhook, moment, body, org.now()),
    }
    begun = time.monotonic()
    status, error = None, None
    try:
        status = _send(webhook["target"]["url"], headers, body, org.setting("webhookTimeoutSeconds"))
    except (OSError, http.client.HTTPException, ValueError) as problem:
        error = f"{type(problem).__name__}: {problem}"
    spent = (time.monotonic() - begun) * 1000
    return {
        "time": timestamp(org.now()),
        "status": status,
        "error": error,
        "durationMs": round(spent, 1),
    }


def _send(url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> int:
    """The status; redirects are not followed. Raises OSError, HTTPException or ValueError."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not is_loopback(host):
        raise ValueError(f"{host} is not this machine, and the emulator sends nothing to the outside")
    if parts.scheme != "http":
        raise ValueError("the emulator delivers over http only: the receiver is on this machine")
    connection = http.client.HTTPConnection(host, parts.port or 80, timeout=seconds)
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", target, body, dict(headers))
        return connection.getresponse().status
    finally:
        connection.close()

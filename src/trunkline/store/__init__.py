"""State that outlives a command: runs and their steps, audit lines, locks, cool-downs, idempotency keys.

SQLite in `.trunkline/state.sqlite3` by default; PostgreSQL where the state is a URL, shared by a team.
"""

from trunkline.store.audit import AuditLog, AuditRecord, Verdict
from trunkline.store.journal import Journal, Run, Step, StepStatus
from trunkline.store.keys import Cooldowns, IdempotencyKeys
from trunkline.store.locks import Held, Locks
from trunkline.store.open import Store, open_store

__all__ = [
    "AuditLog",
    "AuditRecord",
    "Cooldowns",
    "Held",
    "IdempotencyKeys",
    "Journal",
    "Locks",
    "Run",
    "Step",
    "StepStatus",
    "Store",
    "Verdict",
    "open_store",
]

"""Arrow's compute functions, which their module makes only as it is loaded.

https://arrow.apache.org/docs/python/api/compute.html
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

pc: Any = import_module("pyarrow.compute")

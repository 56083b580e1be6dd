"""Flows of an org as files: complete, resumable, and checked.

Each flow is read by one request, checked, written beside its final place, noted in a journal and renamed
into place, in this order: a file that is there is whole and known, whenever the process dies.
"""

from trunkline.export.engine import Exporter, Options
from trunkline.export.forms import Form
from trunkline.export.names import Naming
from trunkline.export.verdict import Missing, Progress, Verdict

__all__ = ["Exporter", "Form", "Missing", "Naming", "Options", "Progress", "Verdict"]

"""A data action in its three forms: the vendor's (canonical), the friendly one, the guides' one.

The canonical body is the vendor's exported form with three fields of ours: `description`,
`integration` (the name of the instance) and `errorHandling`.
"""

from trunkline.domain.action.compiled import Compiled
from trunkline.domain.action.fault import Fault, Lost, Reader, nearest
from trunkline.domain.action.friendly import Friendly, compile_friendly, to_friendly
from trunkline.domain.action.guides import Definition, compile_guides, from_guides, to_guides
from trunkline.domain.action.vendor import Form, form, from_vendor, is_static, strip_export_suffix, to_export

__all__ = [
    "Compiled",
    "Definition",
    "Fault",
    "Form",
    "Friendly",
    "Lost",
    "Reader",
    "compile_friendly",
    "compile_guides",
    "form",
    "from_guides",
    "from_vendor",
    "is_static",
    "nearest",
    "strip_export_suffix",
    "to_export",
    "to_friendly",
    "to_guides",
]

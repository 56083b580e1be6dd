"""Studio scripts of NICE CXone: both file forms, one canonical document, its graph, its differences."""

from trunkline.domain.studio.diff import StudioChange, diff_scripts
from trunkline.domain.studio.document import canonical_script, is_script, read_document, script_name
from trunkline.domain.studio.graph import from_studio, snippets
from trunkline.domain.studio.references import StudioReference, references
from trunkline.domain.studio.xmlform import from_xml

__all__ = [
    "StudioChange",
    "StudioReference",
    "canonical_script",
    "diff_scripts",
    "from_studio",
    "from_xml",
    "is_script",
    "read_document",
    "references",
    "script_name",
    "snippets",
]

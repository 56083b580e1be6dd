"""The guides' wire definition of a data action and the canonical body.

{name, description, type: "rest", status, inputs: [{name, description, type, required}],
outputs: [{name, description, type}], integration: {url, method, headers, body, timeout},
responseMapping: {output: "{{json.path}}"}, errorHandling: {onError, onTimeout: FAIL | CONTINUE}}

A path that the reply lacks gives null here: the default `null` says so in the vendor's terms, and
outputs that are not required admit null in their contract.
"""

from trunkline.domain.action.guides.check import check
from trunkline.domain.action.guides.read import compile_guides, from_guides
from trunkline.domain.action.guides.write import Definition, to_guides

__all__ = ["Definition", "check", "compile_guides", "from_guides", "to_guides"]

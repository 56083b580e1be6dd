"""JSONPath in the dialect of Jayway JsonPath 2.10, which the clouds' translation maps are written in.

`evaluate(expr, doc)` for a value; `compile_path(expr)` for a path to keep, to ask (`definite`, `segments`,
`names()`, `prefix()`) and to evaluate. Documents are plain JSON and are never changed; an evaluation is
bounded in time and depth whatever the path and the document.
"""

from trunkline.engine.jsonpath.compile import compile_path, evaluate
from trunkline.engine.jsonpath.errors import (
    EvaluationError,
    InvalidPath,
    JsonPathError,
    LimitExceeded,
    PathNotFound,
)
from trunkline.engine.jsonpath.path import JsonPath
from trunkline.engine.jsonpath.segments import (
    Filter,
    Function,
    Index,
    JsonArgument,
    PathArgument,
    Property,
    Scan,
    Segment,
    Slice,
    Wildcard,
)

__all__ = [
    "EvaluationError",
    "Filter",
    "Function",
    "Index",
    "InvalidPath",
    "JsonArgument",
    "JsonPath",
    "JsonPathError",
    "LimitExceeded",
    "PathArgument",
    "PathNotFound",
    "Property",
    "Scan",
    "Segment",
    "Slice",
    "Wildcard",
    "compile_path",
    "evaluate",
]

"""A run in the platform's own words: TestExecutionResult and ErrorBody.

https://developer.genesys.cloud/devapps/api-explorer#post-api-v2-integrations-actions--actionId--test
"""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.engine.action.result import ActionError, Run


def execution_result(run: Run, context_id: str) -> JsonObject:
    """The answer of `/test` and `/draft/test`, sent with status 200 whether the run succeeded or not."""
    result: JsonObject = {
        "operations": [
            {
                "step": step.number,
                "name": step.name,
                "success": step.ok,
                "result": step.result,
                **({"error": error_body(step.error, context_id)} if step.error else {}),
            }
            for step in run.steps
        ],
        "success": run.ok,
    }
    if run.error:
        result["error"] = error_body(run.error, context_id)
    else:
        result["finalResult"] = run.output
    return result


def error_body(error: ActionError, context_id: str) -> JsonObject:
    """The ErrorBody of a failed step, or of `/execute`."""
    return {
        "message": error.message,
        "code": error.code.value,
        "status": error.status,
        "messageParams": {},
        "contextId": context_id,
        "details": [{"errorCode": error.detail}],
        "errors": [],
    }


def flow_error(error: ActionError, context_id: str) -> JsonObject:
    """The error a flow sees: the constant errorSchema of every data action."""
    return {
        "errorCode": error.code.value,
        "status": error.status,
        "correlationId": context_id,
        "userMessage": error.message,
        "userParamsMessage": error.message,
        "userParams": [],
        "details": [{"errorCode": error.detail}],
        "errors": [],
    }

"""Actions that end the flow."""

from __future__ import annotations

from trunkline.engine.flow.actions.registry import action
from trunkline.engine.flow.body import Body, Made
from trunkline.engine.flow.program import is_set
from trunkline.engine.flow.run import Run
from trunkline.engine.flow.typed import shown


@action(
    "DisconnectAction",
    "EndFlowAction",
    "EndStateAction",
    "ExitBotFlowAction",
    "ExitWorkitemFlowAction",
    "CompleteSurveyInviteAction",
    "AbortSurveyInviteAction",
)
def end(body: Body) -> Made:
    """Ends as its type says."""
    type_ = body.type.removesuffix("Action")

    def perform(run: Run) -> None:
        run.finish(type_)

    return Made(perform)


@action("EndWorkflowAction")
def end_workflow(body: Body) -> Made:
    """Ends with a reason."""
    reason = body.field("exitReason")

    def perform(run: Run) -> None:
        value = run.value(reason)
        run.finish("EndWorkflow", {"reason": shown(value)} if is_set(value) and shown(value) else {})

    return Made(perform)

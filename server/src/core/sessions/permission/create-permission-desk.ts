import type { PermissionDecision } from "../../accounts/index.ts";
import { newId } from "../../base/index.ts";
import { decisionOf } from "../ask/ask.ts";
import { waitForAnswer } from "../ask/wait-for-answer.ts";
import { notePlan } from "../plan/note-plan.ts";
import { planTextOf } from "../plan/plan-text.ts";
import { appendEvent, optionsOf, type TurnFacts, type TurnRecord } from "../turn-record/turn-record.ts";
import { decidePermission } from "./decide-permission.ts";
import { allowsEverything } from "./permission-policy.ts";
import type { DecidePermission, PermissionRequest } from "./permission-request.ts";

/** Maximum number of pending requests per attempt. Further requests are denied. */
const MAX_WAITING = 20;
/** Maximum number of recorded requests per attempt. Further requests are denied without an event. */
const MAX_REPORTED = 500;

/**
 * Returns a function that decides permission requests by the organization's policy, and asks a person if the policy
 * requires it and the kind of request is not allowed for the session. Saves the plan that the harness requests to
 * implement in plan mode. Denies requests beyond the limits above. Returns null in build mode if the policy allows
 * everything, so that the harness does not need to ask.
 */
export function createPermissionDesk(context: TurnRecord): DecidePermission | null {
  if (!asksPermission(context)) return null;
  const policy = context.organization.permissionPolicy;
  const { mode } = optionsOf(context);
  let reportedCount = 0;
  let waiting = 0;

  const ask = async (request: PermissionRequest, signal: AbortSignal): Promise<PermissionDecision> => {
    waiting += 1;
    try {
      const { toolCallId, title, kind, input } = request;
      const answer = await waitForAnswer(
        context,
        { kind: "permission", toolCallId, title, toolKind: kind, input },
        { timeoutMs: policy.timeoutSeconds * 1000, otherwise: policy.onTimeout, signal },
      );
      return decisionOf(answer);
    } finally {
      waiting -= 1;
    }
  };

  const isAllowedForSession = ({ kind }: PermissionRequest) =>
    context.ports.store.asks.isAllowedForSession(context.session.id, kind);

  return async (request, signal) => {
    const rule = decidePermission(policy, mode, request.kind);
    if (rule === "allow" || (rule === "ask" && (await isAllowedForSession(request)))) return "allow";
    if (mode === "plan" && request.kind === "leavePlan") await keepPlan(context, request);
    if (reportedCount >= MAX_REPORTED) return "deny";
    reportedCount += 1;
    if (rule === "ask" && waiting < MAX_WAITING) return ask(request, signal);
    await appendDenied(context, request);
    return "deny";
  };
}

/** False in build mode if the organization's policy allows everything. */
export function asksPermission(facts: Pick<TurnFacts, "organization" | "session" | "message">): boolean {
  return optionsOf(facts).mode !== "build" || !allowsEverything(facts.organization.permissionPolicy);
}

async function keepPlan(context: TurnRecord, { input }: PermissionRequest): Promise<void> {
  const text = planTextOf(input);
  if (text !== null) await notePlan(context, { text, isAskedFor: true });
}

function appendDenied(context: TurnRecord, { toolCallId, title, kind }: PermissionRequest): Promise<void> {
  const permissionId = newId();
  return appendEvent(context, `permission:${permissionId}`, {
    type: "permission.answered",
    permissionId,
    toolCallId,
    title,
    kind,
    decision: "deny",
    by: "policy",
    comment: null,
  });
}

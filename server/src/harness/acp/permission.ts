import type {
  PermissionOption,
  RequestPermissionOutcome,
  RequestPermissionRequest,
} from "@agentclientprotocol/sdk/unstable";
import type { DecidePermission, PermissionDecision, PermissionRequest } from "../../core/ports/harness.ts";
import { textOf } from "./bounds.ts";
import { kindOf } from "./tool-calls.ts";

const maxInputChars = 16_000;

/** Answers what a harness asks for. Without a decider everything is allowed; a decision that fails denies. */
export async function answerPermission(
  decide: DecidePermission | null,
  { toolCall, options }: RequestPermissionRequest,
  signal: AbortSignal,
): Promise<RequestPermissionOutcome> {
  if (decide === null) return choosePermission("allow", options);
  try {
    return choosePermission(await decide(requestOf(toolCall), signal), options);
  } catch {
    // A throw is a no, as the port says.
    return choosePermission("deny", options);
  }
}

function requestOf({
  toolCallId,
  title,
  kind,
  rawInput,
}: RequestPermissionRequest["toolCall"]): PermissionRequest {
  return {
    toolCallId,
    title: title ? textOf(title, 2_000) : "Tool call",
    kind: kind === "switch_mode" ? "leavePlan" : (kindOf(kind) ?? "other"),
    input:
      rawInput === undefined || rawInput === null ? null : JSON.stringify(rawInput).slice(0, maxInputChars),
  };
}

const kindsOf = {
  // For this once: a harness that remembers would hide what it does.
  allow: ["allow_once", "allow_always"],
  deny: ["reject_once", "reject_always"],
} as const satisfies Record<PermissionDecision, readonly PermissionOption["kind"][]>;

function choosePermission(
  decision: PermissionDecision,
  options: readonly PermissionOption[],
): RequestPermissionOutcome {
  for (const kind of kindsOf[decision]) {
    const option = options.find((candidate) => candidate.kind === kind);
    if (option) return { outcome: "selected", optionId: option.optionId };
  }
  return { outcome: "cancelled" };
}

import type {
  PermissionOption,
  RequestPermissionOutcome,
  RequestPermissionRequest,
} from "@agentclientprotocol/sdk/unstable";
import type { PermissionDecision } from "../../../core/accounts/index.ts";
import { reason } from "../../../core/base/index.ts";
import type { DecidePermission, PermissionRequest } from "../../../core/sessions/index.ts";
import { resolveOnAbort } from "../../../runtime/on-abort.ts";
import type { ToolCalls } from "../updates/tool-calls.ts";

/** Requests that may wait for a decision at once. Below what a harness may leave unanswered, so that it is read on. */
export const maxOpenRequests = 16;

/** The prompt whose permissions are asked for. */
export interface AskingPrompt {
  readonly sessionId: string;
  readonly calls: ToolCalls;
  /** It was cancelled. */
  readonly signal: AbortSignal;
  /** In a mode in which nothing is changed: to leave it is to carry out the plan. */
  readonly isPlanning: () => boolean;
  readonly tell: (notice: string) => void;
}

interface Asking extends AskingPrompt {
  readonly ended: AbortController;
  hasDenied: boolean;
}

/** Answers what a harness asks for, by the decisions of the one who started it. */
export class PermissionDesk {
  readonly #decide: DecidePermission | null;
  #asking: Asking | null = null;
  #openCount = 0;

  /** Null allows everything. */
  constructor(decide: DecidePermission | null) {
    this.#decide = decide;
  }

  /** Somebody decides: not everything is allowed. */
  get isDecided(): boolean {
    return this.#decide !== null;
  }

  /** Until the prompt is closed, its requests are decided. */
  open(prompt: AskingPrompt): void {
    const ended = new AbortController();
    const signal = AbortSignal.any([prompt.signal, ended.signal]);
    this.#asking = { ...prompt, signal, ended, hasDenied: false };
  }

  /** What is still open is answered as cancelled. Says whether something was denied. */
  close(): { readonly hasDenied: boolean } {
    const { hasDenied = false, ended } = this.#asking ?? {};
    this.#asking = null;
    ended?.abort();
    return { hasDenied };
  }

  /** Never throws: what cannot be decided is denied. */
  async answer({
    sessionId,
    toolCall,
    options,
  }: RequestPermissionRequest): Promise<RequestPermissionOutcome> {
    if (this.#decide === null) return choose("allow", options);
    const asking = this.#asking;
    if (asking === null || asking.signal.aborted) return { outcome: "cancelled" };
    const request = asking.sessionId === sessionId ? requestOf(toolCall, asking) : null;
    const decision = request === null ? "deny" : await this.#decideWithin(request, this.#decide, asking);
    if (decision === "cancelled") return { outcome: "cancelled" };
    if (decision === "deny") asking.hasDenied = true;
    return choose(decision, options);
  }

  async #decideWithin(
    request: PermissionRequest,
    decide: DecidePermission,
    { signal, tell }: Asking,
  ): Promise<PermissionDecision | "cancelled"> {
    if (this.#openCount >= maxOpenRequests) {
      tell(
        `Denied without asking: ${request.title}. More than ${maxOpenRequests} permissions were asked for at once.`,
      );
      return "deny";
    }
    this.#openCount += 1;
    try {
      return await resolveOnAbort(decide(request, signal), signal, "cancelled");
    } catch (error) {
      if (signal.aborted) return "cancelled";
      tell(`Denied: ${request.title}. The decision failed: ${reason(error)}.`);
      return "deny";
    } finally {
      this.#openCount -= 1;
    }
  }
}

/** Null for a call that was not understood: nobody could say what they allow. */
function requestOf(
  { toolCallId, kind }: RequestPermissionRequest["toolCall"],
  { calls, isPlanning }: Asking,
): PermissionRequest | null {
  const call = calls.find(toolCallId);
  if (call === null) return null;
  const isLeaving = kind === "switch_mode" && isPlanning();
  return { toolCallId, title: call.title, kind: isLeaving ? "leavePlan" : call.kind, input: call.input };
}

const kindsOf = {
  // For this once: a harness that remembers would hide what it does.
  allow: ["allow_once", "allow_always"],
  deny: ["reject_once", "reject_always"],
} as const satisfies Record<PermissionDecision, readonly PermissionOption["kind"][]>;

/** Without an option for the decision nothing is selected, which allows nothing. */
function choose(
  decision: PermissionDecision,
  options: readonly PermissionOption[],
): RequestPermissionOutcome {
  for (const kind of kindsOf[decision]) {
    const option = options.find((candidate) => candidate.kind === kind);
    if (option) return { outcome: "selected", optionId: option.optionId };
  }
  return { outcome: "cancelled" };
}

import type {
  PermissionOption,
  RequestPermissionOutcome,
  RequestPermissionRequest,
} from "@agentclientprotocol/sdk/unstable";
import type { PermissionDecision } from "../../../core/accounts/index.ts";
import { asSentence, withReason } from "../../../core/base/index.ts";
import type { DecidePermission, PermissionRequest } from "../../../core/sessions/index.ts";
import { resolveOnAbort } from "../../../runtime/on-abort.ts";
import type { ToolCalls } from "../updates/tool-calls.ts";

/** Maximum number of pending permission requests. It is below the limit for unanswered requests, so that the driver never stops reading. */
export const maxOpenRequests = 16;

/** Prompt to which the permission requests belong. */
export interface AskingPrompt {
  readonly sessionId: string;
  readonly calls: ToolCalls;
  /** Aborts when the prompt is canceled. */
  readonly signal: AbortSignal;
  /** Returns true in a mode that changes nothing. A request to leave such a mode is a request to implement the plan. */
  readonly isPlanning: () => boolean;
  readonly notify: (notice: string) => void;
}

interface Asking extends AskingPrompt {
  readonly ended: AbortController;
  hasDenied: boolean;
}

/** Responds to the harness's permission requests with the decisions of the caller that started the harness. */
export class PermissionDesk {
  #decide: DecidePermission | null;
  #asking: Asking | null = null;
  #openCount = 0;

  /** If `decide` is null, every request is allowed. */
  constructor(decide: DecidePermission | null) {
    this.#decide = decide;
  }

  /** Replaces the decisions of a harness that has no conversation yet. */
  decideWith(decide: DecidePermission | null): void {
    this.#decide = decide;
  }

  /** True if a caller decides. False if every request is allowed. */
  get isDecided(): boolean {
    return this.#decide !== null;
  }

  /** Decides the prompt's requests until `close` is called. */
  open(prompt: AskingPrompt): void {
    const ended = new AbortController();
    const signal = AbortSignal.any([prompt.signal, ended.signal]);
    this.#asking = { ...prompt, signal, ended, hasDenied: false };
  }

  /** Responds to open requests with "cancelled". `hasDenied` is true if a request of the prompt was denied. */
  close(): { readonly hasDenied: boolean } {
    const { hasDenied = false, ended } = this.#asking ?? {};
    this.#asking = null;
    ended?.abort();
    return { hasDenied };
  }

  /**
   * Decides one request. Never throws. Denies a request of another session, a request whose tool call is unknown or whose decision fails, and a
   * request that exceeds `maxOpenRequests`. Cancels a request if no prompt is open, or if the prompt ends first.
   */
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
    { signal, notify }: Asking,
  ): Promise<PermissionDecision | "cancelled"> {
    if (this.#openCount >= maxOpenRequests) {
      notify(
        `${asSentence(`Denied without asking: ${request.title}`)} The harness requested more than ${maxOpenRequests} permissions at once.`,
      );
      return "deny";
    }
    this.#openCount += 1;
    try {
      return await resolveOnAbort(decide(request, signal), signal, "cancelled");
    } catch (error) {
      if (signal.aborted) return "cancelled";
      notify(`${asSentence(`Denied: ${request.title}`)} ${withReason("The decision failed", error)}`);
      return "deny";
    } finally {
      this.#openCount -= 1;
    }
  }
}

/**
 * Returns the request, or null if the tool call is unknown, for example because it could not be parsed. No meaningful decision is possible in
 * that case.
 */
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
  // Prefers the option that applies only to this request. If the harness stored the decision, it would no longer request permission for
  // similar calls.
  allow: ["allow_once", "allow_always"],
  deny: ["reject_once", "reject_always"],
} as const satisfies Record<PermissionDecision, readonly PermissionOption["kind"][]>;

/** Selects the option for a decision. If no option matches, returns "cancelled", which allows nothing. */
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

import { AppError } from "../../base/index.ts";
import type { TurnError } from "../../sessions/index.ts";
import { missedGoal } from "../conversation/next-goal-round.ts";
import { runHarness } from "../conversation/run-harness.ts";
import { provision } from "../preparation/provision.ts";
import type { WakeSignal } from "../turn/claim/wake-signal.ts";
import { describeFailure } from "../turn/describe-failure.ts";
import { interruptOf } from "../turn/interrupt.ts";
import { postReplies } from "../turn/reply/post-replies.ts";
import { isWorkspaceHere } from "../turn/saved-workspace/restore-saved.ts";
import { type Ending, settleTurn } from "../turn/settle-turn.ts";
import { type CommittedHeads, commitWork } from "../turn/steps/commit-work.ts";
import type { Heads, Provisioned } from "../turn/steps/provision-turn.ts";
import { type PublishedWork, publishWork } from "../turn/steps/publish-work.ts";
import { hasAgentScript, runAgentScript } from "../turn/steps/run-agent-script.ts";
import { runHooks } from "../turn/steps/run-hooks.ts";
import { updateDependencies } from "../turn/steps/update-dependencies.ts";
import { traced } from "../turn/trace-part.ts";
import { agentOf, senderFields, type TurnContext, withSessionNumber } from "../turn/turn-context.ts";
import { fixHooks, MAX_FIX_ROUNDS, reportUnfixed } from "./fix-hooks.ts";

/**
 * Runs a named step once. A resumed turn receives the recorded result of a completed step. The result must be
 * serializable as JSON.
 */
export type StepRunner = <T>(name: string, step: () => Promise<T>) => Promise<T>;

const ANSWER_LIMIT_MS = 60_000;

export interface TurnSignals {
  /** Aborts when a person stops the turn, or when the turn is handed back. */
  readonly stop: AbortSignal;
  /** Aborts with `stop` or at the turn's time limit. Work done until the limit is still committed and pushed. */
  readonly work: AbortSignal;
  /** Notified when a steering message may be queued. */
  readonly steering: WakeSignal;
  /** Called before a prompt of the conversation is sent. */
  readonly onPrompt: () => void;
}

/** Outcome of a step as a value, so that the engine records a failure in the same way as a result. */
type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly error: TurnError }
  | { readonly kind: "stopped" };

/** Outcome if the agent's script skipped the run. */
interface Skipped {
  readonly kind: "skipped";
  readonly message: string;
}

/** Runs a claimed turn to completion and records its events. */
export async function workTurn(
  claimed: TurnContext,
  signals: TurnSignals,
  runStep: StepRunner,
): Promise<void> {
  claimed.ports.log.info(
    {
      ...senderFields(claimed),
      ...agentOf(claimed),
      repositories: claimed.checkouts.map(({ repository }) => repository.id),
    },
    "a turn started",
  );
  let context = claimed;
  let isWorkspaceReady = false;
  const step: Step = (name, signal, work) =>
    runStep(name, () =>
      tracedOutcomeOf(context, name, signal, async (traced) => {
        if (!isWorkspaceReady && name !== "provision") await provisionAgain(traced, signal);
        isWorkspaceReady = true;
        return work(traced);
      }),
    );

  const provisioned = await step("provision", signals.work, (traced) => provision(traced, signals.work));
  if (provisioned.kind !== "done")
    return settle(claimed, signals, runStep, { outcome: provisioned, published: null });

  const { heads, sessionNumber = claimed.session.number } = provisioned.value;
  context = withSessionNumber(claimed, sessionNumber);
  const setUp = await step("setUp", signals.work, (traced) =>
    setUpOnce(traced, provisioned.value, signals.work),
  );
  if (setUp.kind !== "done") return settle(context, signals, runStep, { outcome: setUp, published: null });

  if (hasAgentScript(context)) {
    const begun = await step("script", signals.work, (traced) => runAgentScript(traced, signals.work));
    const skipped = begun.kind === "done" ? begun.value : null;
    const outcome = skipped === null ? begun : ({ kind: "skipped", message: skipped } as const);
    if (outcome.kind !== "done") return settle(context, signals, runStep, { outcome, published: null });
  }

  const worked = await step("work", signals.work, async (traced) => {
    const { steering: wakeSignal, onPrompt } = signals;
    await runHarness(traced, { before: heads, wakeSignal, onPrompt }, signals.work);
    return missedGoal(traced);
  });
  if (worked.kind === "stopped")
    return settle(context, signals, runStep, { outcome: worked, published: null });

  const missed = worked.kind === "done" ? worked.value : null;
  const saved = await saveWork(signals, step, {
    before: heads,
    isComplete: worked.kind === "done",
    asDraft: missed !== null,
  });
  return settle(context, signals, runStep, {
    outcome: worked.kind === "failed" ? worked : withGoal(saved.outcome, missed),
    published: saved.published,
  });
}

/**
 * Returns a failure for a turn that missed its goal, or the outcome unchanged if the turn has failed or was stopped.
 */
function withGoal(outcome: Outcome<unknown>, missed: TurnError | null): Outcome<unknown> {
  return missed !== null && outcome.kind === "done" ? { kind: "failed", error: missed } : outcome;
}

/**
 * Provisions a resumed attempt whose recorded steps include the provisioning, if this machine does not have what the steps
 * need: the attempt before may have run on another machine, which is lost with its disk.
 */
async function provisionAgain(context: TurnContext, signal: AbortSignal): Promise<void> {
  if (await isWorkspaceHere(context)) return;
  const provisioned = await provision(context, signal);
  if (provisioned.isNew) await setUpOnce(context, provisioned, signal);
}

/** Installs changed dependencies. Runs the setupScript hooks in the first turn, and in a turn that recreated a checkout. */
async function setUpOnce(
  context: TurnContext,
  { isNew, outdated = [] }: Pick<Provisioned, "isNew" | "outdated">,
  signal: AbortSignal,
): Promise<void> {
  await updateDependencies(context, outdated, signal);
  if (context.turn.number === 1 || isNew) await runHooks(context, { hook: "setupScript" }, signal);
}

/** Runs a step. `work` receives the context whose span is that of the step. */
type Step = <T>(
  name: string,
  signal: AbortSignal,
  work: (traced: TurnContext) => Promise<T>,
) => Promise<Outcome<T>>;

interface SavedWork {
  readonly outcome: Outcome<unknown>;
  /** Published work, or null if the work was not published completely. */
  readonly published: PublishedWork | null;
}

/** Commits and pushes the work, even if it is not complete. Opens pull requests only for complete work. */
async function saveWork(
  signals: TurnSignals,
  step: Step,
  {
    before,
    isComplete,
    asDraft,
  }: { readonly before: Heads; readonly isComplete: boolean; readonly asDraft: boolean },
): Promise<SavedWork> {
  const committed = await step("commit", signals.stop, (traced) => commitWork(traced, before, signals.stop));
  if (committed.kind !== "done") return { outcome: committed, published: null };
  const { outcome: hooked, heads } =
    isComplete && Object.keys(committed.value).length > 0
      ? await checkWork(signals, step, { before, committed: committed.value })
      : { outcome: { kind: "done", value: null } as const, heads: committed.value };
  if (hooked.kind === "stopped") return { outcome: hooked, published: null };
  const withPullRequests = isComplete && hooked.kind === "done";
  const published = await step("publish", signals.stop, (traced) =>
    publishWork(traced, heads, { withPullRequests, asDraft }, signals.stop),
  );
  return {
    outcome: hooked.kind === "failed" ? hooked : published,
    published: published.kind === "done" ? published.value : null,
  };
}

/**
 * Runs the prePush hooks. If the repository enables `autoFix`, the harness fixes failures, in rounds. Reports remaining
 * failures, which do not prevent the push. `heads` are the commits to push, even if a step failed.
 */
async function checkWork(
  signals: TurnSignals,
  step: Step,
  { before, committed }: { readonly before: Heads; readonly committed: CommittedHeads },
): Promise<{ readonly outcome: Outcome<unknown>; readonly heads: CommittedHeads }> {
  let heads = committed;
  for (let round = 1; ; round += 1) {
    const name = round === 1 ? "prePush" : `prePush:${round}`;
    const checked = await step(name, signals.work, async (traced) => {
      const { count, toFix } = await runHooks(traced, { hook: "prePush", round }, signals.work);
      if (toFix.length > 0 && round > MAX_FIX_ROUNDS) await reportUnfixed(traced, toFix);
      return {
        heads: count === 0 ? null : await commitWork(traced, before, signals.work, { cause: "prePush" }),
        // The former name stays, because the engine stores the result of the step.
        toMend: toFix,
      };
    });
    if (checked.kind !== "done") return { outcome: checked, heads };
    heads = checked.value.heads ?? heads;
    const { toMend: toFix } = checked.value;
    if (toFix.length === 0 || round > MAX_FIX_ROUNDS) return { outcome: checked, heads };
    const fixed = await step(`mend:${round}`, signals.work, (traced) =>
      fixHooks(traced, { failures: toFix, round, before, wakeSignal: signals.steering }, signals.work),
    );
    if (fixed.kind === "stopped") return { outcome: fixed, heads };
    const kept = await step(`commit:${round}`, signals.stop, (traced) =>
      commitWork(traced, before, signals.stop, { cause: "fixing" }),
    );
    if (kept.kind === "done") heads = kept.value;
    if (fixed.kind === "failed") return { outcome: fixed, heads };
    if (kept.kind !== "done") return { outcome: kept, heads };
  }
}

/**
 * Posts the replies, ends the turn, and keeps or stops its sandbox. The reply precedes the end, because the events of the
 * reply still need the turn's lease.
 */
async function settle(
  context: TurnContext,
  signals: TurnSignals,
  runStep: StepRunner,
  {
    outcome,
    published,
  }: { readonly outcome: Outcome<unknown> | Skipped; readonly published: PublishedWork | null },
): Promise<void> {
  const ending = endingOf(outcome, published);
  const result = {
    status: ending.status,
    message: ending.status === "failed" ? ending.error.message : ending.message,
    pushed: published?.pushed ?? [],
  };
  // A stopped turn also sends a reply, which its stop must not abort.
  const signal = outcome.kind === "stopped" ? AbortSignal.timeout(ANSWER_LIMIT_MS) : signals.stop;
  const replied = await runStep("reply", () =>
    tracedOutcomeOf(context, "reply", signal, (traced) => postReplies(traced, result, signal)),
  );
  // The work has already been saved, so a failed reply does not fail the turn.
  if (replied.kind === "failed") {
    const { log } = context.ports;
    log.warn(
      { turnId: context.turn.id, error: replied.error.message },
      "a turn's answer could not be posted",
    );
  }
  await runStep("settle", () => settleTurn(context, ending));
  await endWithSandbox(context, ending);
}

/**
 * Keeps the sandbox after a completed turn, and stops it after any other turn. Only logs errors, because the turn has
 * ended.
 */
async function endWithSandbox(
  { ports, session, turn }: Pick<TurnContext, "ports" | "session" | "turn">,
  { status }: Ending,
): Promise<void> {
  try {
    if (status === "completed") await ports.warmSandboxes.release(session.id, turn.id);
    else
      await ports.warmSandboxes.stop(
        session.id,
        `The turn ${status === "failed" ? "failed" : "was stopped"}.`,
      );
  } catch (cause) {
    ports.log.error({ err: cause, sessionId: session.id }, "a turn's sandbox could not be kept or stopped");
  }
}

function endingOf(outcome: Outcome<unknown> | Skipped, published: PublishedWork | null): Ending {
  if (outcome.kind === "skipped") return { status: "cancelled", message: outcome.message };
  if (outcome.kind === "stopped")
    return { status: "cancelled", message: "Stopped. The work so far remains in the workspace." };
  if (outcome.kind === "failed") {
    const where =
      published === null || published.branches.length === 0
        ? ""
        : ` The work so far is on ${published.branches.join(", ")}.`;
    return {
      status: "failed",
      error: { code: outcome.error.code, message: `${outcome.error.message}${where}` },
    };
  }
  if (published !== null && published.rescued.length > 0) {
    return {
      status: "failed",
      error: {
        code: "push_rejected",
        message: `The branch has new commits that conflict with the work. The work was pushed to ${published.rescued.join(", ")}. Merge that work yourself, or send a message that explains how to resolve the conflicts.`,
      },
    };
  }
  return { status: "completed", message: completionOf(published) };
}

function completionOf(published: PublishedWork | null): string {
  if (published === null || published.branches.length === 0) return "Finished without changes.";
  if (published.pullRequests === 0) return `Finished. The changes are on ${published.branches.join(", ")}.`;
  return published.pullRequests === 1
    ? "Finished. The changes are in the pull request."
    : `Finished. The changes are in ${published.pullRequests} pull requests.`;
}

/** Runs a step in the same way as `outcomeOf`, and traces it. */
function tracedOutcomeOf<T>(
  context: TurnContext,
  name: string,
  signal: AbortSignal,
  work: (traced: TurnContext) => Promise<T>,
): Promise<Outcome<T>> {
  const describe = (outcome: Outcome<T>) => ({
    errorCode: outcome.kind === "failed" ? outcome.error.code : null,
  });
  return traced(context, { name, describe }, (within) => outcomeOf(context, signal, () => work(within)));
}

/**
 * Runs a step and returns its outcome. Rethrows `fenced` and the interrupt of a turn that is handed back. Masks error
 * messages, because the engine persists the outcome.
 */
async function outcomeOf<T>(
  { ports, masker }: Pick<TurnContext, "ports" | "masker">,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<Outcome<T>> {
  try {
    signal.throwIfAborted();
    return { kind: "done", value: await work() };
  } catch (cause) {
    const interrupt = interruptOf(signal);
    if (interrupt?.kind === "stopped") return { kind: "stopped" };
    if (interrupt?.continuesElsewhere) throw interrupt;
    if (cause instanceof AppError && cause.code === "fenced") throw cause;
    if (interrupt?.kind === "limit") {
      return {
        kind: "failed",
        error: {
          code: "turn_limit",
          message: "The turn reached its time limit (TEMBO_TURN_LIMIT_MINUTES). Send a message to continue.",
        },
      };
    }
    if (cause instanceof AppError && cause.code !== "internal") {
      return { kind: "failed", error: { code: cause.code, message: masker.mask(cause.message) } };
    }
    ports.log.error({ err: cause }, "a step of a turn failed unexpectedly");
    return {
      kind: "failed",
      error: {
        code: "internal",
        message: masker.mask(describeFailure(cause, ports.settings.dataDir)),
      },
    };
  }
}

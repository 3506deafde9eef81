import { AppError, newId, type RequestSender, refuseNul } from "../../base/index.ts";
import { findMessage } from "../message/find-message.ts";
import type { Message } from "../message/message.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import { sendMessage } from "../queue/send-message.ts";
import { getPlan } from "./get-plan.ts";
import { titleOf } from "./note-plan.ts";
import { MAX_PLAN_LENGTH, type Plan, type PlanDecision } from "./plan.ts";

export interface DecidedPlan {
  readonly plan: Plan;
  /** Message that requests the implementation of the plan, or rejects the plan. */
  readonly message: Message;
}

interface PlanName {
  readonly organizationId: string;
  readonly sessionId: string;
  /** ID of the plan that the person has read, or null for the newest plan. */
  readonly artifactId: string | null;
}

/** Plan that a person decides. The person's request sends the message. */
interface DecidedName extends PlanName {
  readonly sender: RequestSender;
}

/**
 * Approves a plan, and sends a message that requests its implementation in build mode. `content` replaces the text of
 * the plan, and `agent` selects another harness or model. Approving again returns the same message. Throws `not_found`
 * if the session or the plan does not exist. Throws `conflict` if the plan is not the newest, if it was rejected, or if
 * a turn is active. Throws `invalid_input` if the content is blank, too long or contains a NUL character, or if the
 * agent cannot be used.
 */
export async function approvePlan(
  ports: SessionsPorts,
  name: DecidedName,
  { content, agent }: { readonly content: string | null; readonly agent: string | null },
): Promise<DecidedPlan> {
  const text = content === null ? null : readPlanText(content);
  return decide(ports, name, {
    state: "approved",
    mode: "normal",
    agent,
    wordsFor: (plan) => `Implement the plan below.\n\n${text ?? plan.artifact.content}`,
    async apply(tx, plan, messageId) {
      const now = ports.clock.now();
      if (text !== null)
        await tx.artifacts.setContent(plan.artifact.id, { title: titleOf(text), content: text }, now);
      await tx.plans.decide(plan.artifact.id, { state: "approved", messageId, decidedAt: now });
      await tx.sessions.leavePlanning(name.sessionId);
    },
  });
}

/**
 * Rejects a plan with a comment, and sends a message that requests a new plan in planning mode. Rejecting again returns
 * the same message. Throws `not_found` if the session or the plan does not exist. Throws `conflict` if the plan is not
 * the newest, if it was approved, or if a turn is active. Throws `invalid_input` if the comment is blank or contains a
 * NUL character.
 */
export async function rejectPlan(
  ports: SessionsPorts,
  name: DecidedName,
  comment: string,
): Promise<DecidedPlan> {
  refuseNul("comment", comment);
  const words = comment.toWellFormed();
  if (words.trim() === "") {
    throw new AppError("invalid_input", 'The "comment" is empty. Explain what is wrong with the plan.', {
      field: "comment",
    });
  }
  return decide(ports, name, {
    state: "rejected",
    mode: "planning",
    agent: null,
    wordsFor: () =>
      `The plan was not accepted. Do not change anything yet. Write a new plan that addresses this feedback:\n\n${words}`,
    apply: (tx, plan, messageId) =>
      tx.plans.decide(plan.artifact.id, {
        state: "rejected",
        comment: words,
        messageId,
        decidedAt: ports.clock.now(),
      }),
  });
}

/**
 * Replaces the text of a plan. Throws `not_found` if the session or the plan does not exist. Throws `conflict` if the
 * plan is not the newest, or if it was approved or rejected. Throws `invalid_input` if the content is blank, too long
 * or contains a NUL character.
 */
export async function editPlan(
  ports: SessionsPorts,
  { organizationId, sessionId, artifactId }: PlanName,
  content: string,
): Promise<Plan> {
  const text = readPlanText(content);
  return ports.store.transaction(async (tx) => {
    await tx.sessions.lock(organizationId, sessionId);
    const plan = await newest(tx, { organizationId, sessionId, artifactId });
    if (plan.decision.state !== "proposed")
      throw new AppError(
        "conflict",
        `The plan was already ${plan.decision.state}. Send a message to request a new plan.`,
      );
    await tx.artifacts.setContent(
      plan.artifact.id,
      { title: titleOf(text), content: text },
      ports.clock.now(),
    );
    return getPlan(tx, organizationId, sessionId);
  });
}

/**
 * Returns the session's newest plan. Throws `not_found` if the session or the plan does not exist, or `conflict` if the
 * person has read an earlier plan.
 */
async function newest(
  queries: Pick<SessionsTransaction, "sessions" | "plans">,
  { organizationId, sessionId, artifactId }: PlanName,
): Promise<Plan> {
  const plan = await getPlan(queries, organizationId, sessionId);
  if (artifactId === null || artifactId === plan.artifact.id) return plan;
  if ((await queries.plans.find(sessionId, artifactId)) === null)
    throw new AppError("not_found", `The session has no plan ${artifactId}.`);
  throw new AppError(
    "conflict",
    `The session has a newer plan, ${plan.artifact.id}. Review that plan instead.`,
  );
}

interface Decision {
  readonly state: Exclude<PlanDecision["state"], "proposed">;
  /** Mode and agent of the message that the decision sends. A null agent means the session's agent. */
  readonly mode: "normal" | "planning";
  readonly agent: string | null;
  wordsFor(plan: Plan): string;
  apply(tx: SessionsTransaction, plan: Plan, messageId: string): Promise<void>;
}

/** Signals that a concurrent request has decided the plan. */
class DecidedBefore extends Error {}

async function decide(ports: SessionsPorts, name: DecidedName, decision: Decision): Promise<DecidedPlan> {
  const plan = await newest(ports.store, name);
  if (plan.decision.state !== "proposed") return decidedBefore(ports, plan, decision);
  const messageId = newId();
  try {
    await sendMessage(ports, name.organizationId, {
      sessionId: name.sessionId,
      content: decision.wordsFor(plan),
      messageId,
      sender: name.sender,
      agent: decision.agent,
      agentOptions: { mode: decision.mode },
      within: async (tx) => {
        const current = await newest(tx, { ...name, artifactId: plan.artifact.id });
        if (current.decision.state !== "proposed") throw new DecidedBefore();
        if ((await tx.turns.active(name.sessionId)) !== null) {
          throw new AppError(
            "conflict",
            "The session is working and may produce another plan. Wait until it has finished, or stop the session.",
          );
        }
        await decision.apply(tx, current, messageId);
      },
    });
  } catch (cause) {
    if (!(cause instanceof DecidedBefore)) throw cause;
  }
  return decidedBefore(ports, await newest(ports.store, name), decision);
}

/** Returns the plan and the message of the earlier decision if it is the same decision. Throws `conflict` otherwise. */
async function decidedBefore(
  { store }: Pick<SessionsPorts, "store">,
  plan: Plan,
  { state }: Pick<Decision, "state">,
): Promise<DecidedPlan> {
  const made = plan.decision;
  const message = made.state === "proposed" ? null : await findMessage(store, made.messageId);
  if (made.state === state && message !== null) return { plan, message };
  throw new AppError("conflict", `The plan was already ${made.state}. Send a message to request a new plan.`);
}

function readPlanText(content: string): string {
  refuseNul("content", content);
  const text = content.toWellFormed();
  if (text.trim() === "" || text.length > MAX_PLAN_LENGTH)
    throw new AppError(
      "invalid_input",
      `The "content" of a plan must have 1 to ${MAX_PLAN_LENGTH} characters.`,
      {
        field: "content",
      },
    );
  return text;
}

import { eventsOfTurn } from "../turn-record/events-of-turn.ts";
import { appendEvent, type TurnRecord } from "../turn-record/turn-record.ts";
import { notePlan } from "./note-plan.ts";
import { planOfTurn } from "./plan-of-turn.ts";

/**
 * Saves the result of a planning turn as its plan, and appends `plan.proposed`. Does nothing if the turn has no plan.
 * Idempotent.
 */
export async function recordPlan(context: TurnRecord): Promise<void> {
  const { plans } = context.ports.store;
  const asked = await plans.ofTurn(context.turn.id);
  if (asked?.isAskedFor !== true) {
    const text = planOfTurn(await eventsOfTurn(context));
    if (text !== null) await notePlan(context, { text, isAskedFor: false });
  }
  const plan = await plans.ofTurn(context.turn.id);
  if (plan === null) return;
  const { id, title } = plan.artifact;
  await appendEvent(context, "plan", { type: "plan.proposed", artifactId: id, title });
}

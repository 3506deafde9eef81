import type { EventData } from "../event/event.ts";
import { type TurnContext, tell } from "../turn/turn-context.ts";
import { notePlan } from "./note-plan.ts";
import { planOfTurn } from "./plan-of-turn.ts";

const PAGE = 500;
/** A turn with more events than this is read from its last ones. */
const MAX_EVENTS = 20_000;

/** Keeps what a planning turn ended with as its plan, and tells it. Repeated, it changes nothing. */
export async function recordPlan(context: TurnContext): Promise<void> {
  const { plans } = context.ports.store;
  const asked = await plans.ofTurn(context.turn.id);
  if (asked?.isAskedFor !== true) {
    const text = planOfTurn(await eventsOfTurn(context));
    if (text !== null) await notePlan(context, { text, isAskedFor: false });
  }
  const plan = await plans.ofTurn(context.turn.id);
  if (plan === null) return;
  const { id, title } = plan.artifact;
  await tell(context, "plan", { type: "plan.proposed", artifactId: id, title });
}

async function eventsOfTurn({ ports, session, message }: TurnContext): Promise<EventData[]> {
  const events: EventData[] = [];
  let afterSeq = 0;
  for (;;) {
    const page = await ports.store.events.list(session.id, { afterSeq, limit: PAGE, messageId: message.id });
    events.push(...page.map(({ data }) => data));
    if (events.length > MAX_EVENTS) events.splice(0, events.length - MAX_EVENTS);
    if (page.length < PAGE) return events;
    afterSeq = page.at(-1)!.seq;
  }
}

import type { SessionEvent } from "@tembo/contract";
import { formatValue } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { isHarnessOutput } from "../support/harness-output.ts";

/** Phases of a session, each with its final event. A phase begins where the previous phase ended. */
const phases: readonly {
  readonly name: string;
  readonly end: (events: readonly SessionEvent[]) => SessionEvent | undefined;
}[] = [
  { name: "created -> claimed", end: ofType("turn.started") },
  { name: "claimed -> harness start (mirror, workspace, sandbox)", end: ofStep("work") },
  { name: "harness start -> first update", end: (events) => events.find(isHarnessUpdate) },
  {
    name: "first update -> last words or tool call",
    end: (events) => events.findLast((event) => isHarnessOutput(event)),
  },
  { name: "last words -> prompt ended (a late title is waited for)", end: ofType("harness.ended") },
  { name: "prompt ended -> commit (harness exits, capture, diff)", end: ofType("commit.created") },
  { name: "commit -> push begins", end: ofStep("publish") },
  { name: "push", end: ofType("branch.pushed") },
  { name: "pushed -> pull request open", end: ofType("pullRequest.opened") },
  { name: "pull request open -> completed", end: ofType("turn.completed") },
];

function isHarnessUpdate(event: SessionEvent): boolean {
  return isHarnessOutput(event) || event.eventType === "usage";
}

function ofType(type: string) {
  return (events: readonly SessionEvent[]) => events.find(({ eventType }) => eventType === type);
}

function ofStep(step: string) {
  return (events: readonly SessionEvent[]) =>
    events.find(({ eventData }) => eventData.type === "turn.step" && eventData.step === step);
}

/** Returns the milliseconds of each phase of a session, based on event times. Throws if an event is missing. */
export function phasesOf(events: readonly SessionEvent[]): number[] {
  let since = Date.parse(events[0]!.createdAt);
  return phases.map(({ name, end }) => {
    const event = end(events);
    if (event === undefined) throw new Error(`The session has no event that ends the phase "${name}".`);
    const at = Date.parse(event.createdAt);
    const ms = at - since;
    since = at;
    return ms;
  });
}

/** Returns lines that break down the time. They contain the median of each phase over several sessions. */
export function describePhases(
  sessions: readonly (readonly number[])[],
  names: readonly string[] = phases.map(({ name }) => name),
): string[] {
  return names.map((name, index) => {
    const middle = median(sessions.map((session) => session[index]!));
    return `${formatValue(middle, "ms").padStart(10)}  ${name}`;
  });
}

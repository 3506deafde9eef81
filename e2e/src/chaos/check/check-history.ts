import type { History, Rule, Violation } from "./history.ts";
import { answersAreGivenOnce, eventsHaveNoGap, seenEventsRemain, turnsStartOnce } from "./rules/events.ts";
import { filesAreKept } from "./rules/files.ts";
import {
  everyMessageIsAcknowledged,
  everyTurnEnds,
  noMessageIsDoubled,
  noMessageIsLost,
} from "./rules/messages.ts";
import {
  commitsBelongToTheirSession,
  eachTurnCommitsOnce,
  everyBranchHasASession,
  noFencedPush,
  onePullRequestPerChange,
} from "./rules/work.ts";

export const rules: readonly Rule[] = [
  noMessageIsLost,
  noMessageIsDoubled,
  everyMessageIsAcknowledged,
  everyTurnEnds,
  eventsHaveNoGap,
  seenEventsRemain,
  turnsStartOnce,
  answersAreGivenOnce,
  eachTurnCommitsOnce,
  commitsBelongToTheirSession,
  everyBranchHasASession,
  onePullRequestPerChange,
  noFencedPush,
  filesAreKept,
];

/** Returns all violations of the promises in docs/reliability.md. */
export function checkHistory(history: History): Violation[] {
  return rules.flatMap((rule) => rule.check(history).map((message) => ({ rule: rule.name, message })));
}

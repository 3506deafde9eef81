import { isDeepStrictEqual } from "node:util";

export interface Difference {
  readonly side: "recorded" | "replayed";
  readonly update: { readonly type: string };
}

/** Event types to compare: those that a harness driver emits, except titles. Titles are recorded in another form. */
const compared: ReadonlySet<string> = new Set([
  "text",
  "thought",
  "toolCall",
  "plan",
  "mode",
  "availableCommands",
  "usage",
  "harness.ended",
]);

/** Number of events to look ahead for the next match. */
const horizon = 200;

/**
 * Returns the events that only one of the two sequences contains, in order. Looks at most `horizon` events ahead for a
 * match.
 */
export function differencesOf(
  recorded: readonly { readonly type: string }[],
  replayed: readonly { readonly type: string }[],
): Difference[] {
  const left = recorded.filter(({ type }) => compared.has(type));
  const right = replayed.filter(({ type }) => compared.has(type));
  const differences: Difference[] = [];
  let [at, to] = [0, 0];
  while (at < left.length || to < right.length) {
    const meeting = nextMeeting(left.slice(at, at + horizon), right.slice(to, to + horizon));
    for (const update of left.slice(at, at + meeting.left)) differences.push({ side: "recorded", update });
    for (const update of right.slice(to, to + meeting.right)) differences.push({ side: "replayed", update });
    // At a match, both sequences contain the same event.
    at += meeting.left + (meeting.isMet ? 1 : 0);
    to += meeting.right + (meeting.isMet ? 1 : 0);
  }
  return differences;
}

/**
 * Returns the number of events to skip in each sequence before the next match. If there is no match, returns the
 * lengths of both.
 */
function nextMeeting(left: readonly object[], right: readonly object[]) {
  for (let skipped = 0; skipped < left.length + right.length; skipped++) {
    for (
      let onLeft = Math.max(0, skipped - right.length);
      onLeft <= Math.min(skipped, left.length);
      onLeft++
    ) {
      const [one, other] = [left[onLeft], right[skipped - onLeft]];
      if (one !== undefined && other !== undefined && isDeepStrictEqual(one, other)) {
        return { isMet: true, left: onLeft, right: skipped - onLeft };
      }
    }
  }
  return { isMet: false, left: left.length, right: right.length };
}

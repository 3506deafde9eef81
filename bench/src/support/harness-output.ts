import type { SessionEvent } from "@tembo/contract";

const OUTPUT = new Set(["text", "thought", "toolCall", "plan"]);

/**
 * Returns true for output of the agent, which a person who waits for the first sign of work sees. The commands of a harness
 * do not count, because it lists them before it receives the prompt.
 */
export function isHarnessOutput({ eventType }: Pick<SessionEvent, "eventType">): boolean {
  return OUTPUT.has(eventType);
}

import type { SessionEvent } from "@tembo/contract";
import type Tembo from "@tembo-io/sdk";

/** Prompt of a session that writes one file, with the script for the model. */
export const WORK = `Add a greeting. SCRIPT(title("A file that says hello"), write("greeting.txt", "hello\\n"), bash("cat greeting.txt"), say("The greeting is there."))`;

/**
 * Returns the session's events, the seconds from the request to the end of the turn, and the seconds to the open pull request, or NaN if the
 * turn opens none. Throws if the turn fails.
 */
export async function timeSession(client: Tembo, create: () => Promise<{ id: string }>) {
  const startedAt = performance.now();
  const { id } = await create();
  const events: SessionEvent[] = [];
  let openedS = Number.NaN;
  for await (const event of client.session.events(id, { after: 0 })) {
    events.push(event);
    const seconds = (performance.now() - startedAt) / 1000;
    if (event.eventType === "pullRequest.opened") openedS = seconds;
    if (event.eventType === "turn.completed") return { totalS: seconds, openedS, events };
    if (event.eventType === "turn.failed") throw new Error(`The turn failed: ${JSON.stringify(event)}`);
  }
  throw new Error("The events ended early.");
}

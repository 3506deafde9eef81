import type Tembo from "@tembo-io/sdk";
import { STUB } from "../support/stub-agent.ts";
import { stubPrompt } from "../support/stub-prompt.ts";

/**
 * Creates all sessions at once, and waits until the last turn has ended. Returns the seconds from the first request to the
 * end of the last turn. Throws if a turn does not complete.
 */
export async function runBurst(
  client: Tembo,
  {
    count,
    sleepMs,
    repository,
  }: { readonly count: number; readonly sleepMs: number; readonly repository: string },
): Promise<number> {
  const startedAt = Date.now();
  const create = () =>
    client.session.create({
      prompt: stubPrompt(sleepMs),
      agent: STUB,
      sandboxSize: "nano",
      repositories: [repository],
    });
  const sessions = await Promise.all(Array.from({ length: count }, create));
  let lastAt = startedAt;
  // Reads one stream after the other, because many open streams would add work for the server.
  for (const { id } of sessions) lastAt = Math.max(lastAt, await endOf(client, id));
  return (lastAt - startedAt) / 1_000;
}

async function endOf(client: Tembo, sessionId: string): Promise<number> {
  for await (const event of client.session.events(sessionId, { after: 0 })) {
    if (event.eventType === "turn.completed") return Date.parse(event.createdAt);
    if (/^turn\.(failed|cancelled)$/.test(event.eventType)) throw new Error(JSON.stringify(event));
  }
  throw new Error(`The events of session ${sessionId} ended early.`);
}

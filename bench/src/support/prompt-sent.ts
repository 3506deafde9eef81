import type Tembo from "@tembo-io/sdk";

/**
 * Returns the time when the server sent the turn's first prompt to the harness. The time is from the protocol log,
 * which uses the server's clock.
 */
export async function promptSentAt(client: Tembo, sessionId: string, turn: number): Promise<number> {
  for await (const record of client.session.wire(sessionId, { turn })) {
    if (record.type !== "line" || record.direction !== "toHarness") continue;
    const { method } = JSON.parse(record.text) as { method?: string };
    if (method === "session/prompt") return Date.parse(record.at);
  }
  throw new Error(`The protocol log of turn ${turn} has no prompt.`);
}

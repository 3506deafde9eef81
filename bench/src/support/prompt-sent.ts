import type Tembo from "@tembo-io/sdk";

/** When a turn's harness was sent its first prompt, by the recording of what was said to it and the clock of the server. */
export async function promptSentAt(client: Tembo, sessionId: string, turn: number): Promise<number> {
  for await (const record of client.session.wire(sessionId, { turn })) {
    if (record.type !== "line" || record.direction !== "toHarness") continue;
    const { method } = JSON.parse(record.text) as { method?: string };
    if (method === "session/prompt") return Date.parse(record.at);
  }
  throw new Error(`The recording of turn ${turn} holds no prompt.`);
}

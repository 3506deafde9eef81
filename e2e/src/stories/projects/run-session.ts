import type { Edge } from "../../support/api-edge.ts";
import { resultsOf } from "../../support/tool-results.ts";

/** Returns a prompt for which the agent runs one command. */
export const promptFor = (command: string) => `Look. SCRIPT(bash(${JSON.stringify(command)}), say("Done."))`;

/** Starts a session whose agent runs one command. Returns its ID, the command's output and the events at the end of the turn. */
export async function sessionWith(edge: Edge, command: string, body: object) {
  const { id } = await edge.client.session.create({ prompt: promptFor(command), ...body });
  const events = await edge.ended(id);
  return { id, events, output: resultsOf(events).join("\n") };
}

/** Sends a message for which the agent runs one command. Returns the command's output when `turns` turns have ended. */
export async function nextTurn(edge: Edge, id: string, command: string, turns = 2): Promise<string> {
  await edge.client.session.messages.create(id, { content: promptFor(command) });
  return resultsOf(await edge.ended(id, turns)).at(-1) ?? "";
}

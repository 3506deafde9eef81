import type { SessionEvent } from "@tembo/contract";
import type Tembo from "@tembo-io/sdk";
import { ofType } from "../assertions.ts";
import type { World } from "../world.ts";

type SessionCreate = Parameters<Tembo["session"]["create"]>[0];

export interface ShellRun {
  readonly sessionId: string;
  /** All session events so far. */
  readonly events: readonly SessionEvent[];
  /** Output of each script in this turn. */
  readonly outputs: readonly string[];
  /** The outputs, joined with line breaks. */
  readonly output: string;
}

/** Runs a turn of a new session. In the turn, the model instructs the harness to run these shell scripts in order. */
export async function runShell(
  world: World,
  script: string | readonly string[],
  options: Omit<SessionCreate, "prompt"> = {},
): Promise<ShellRun> {
  const session = await world.client.session.create({ ...options, prompt: promptOf(script) });
  return readTurn(world, session.id, 1);
}

/** Runs the scripts in another turn of a session. `turn` counts from 1. */
export async function runShellAgain(
  world: World,
  sessionId: string,
  script: string | readonly string[],
  turn: number,
): Promise<ShellRun> {
  await world.client.session.messages.create(sessionId, { content: promptOf(script) });
  return readTurn(world, sessionId, turn);
}

/**
 * Returns the prompt. Each script runs without `set -e` and exits with 0, so that the harness treats all of its output
 * as a result.
 */
function promptOf(script: string | readonly string[]): string {
  const steps = [script].flat().map((text) => `bash(${JSON.stringify(`${text.trim()}\ntrue`)}, 100000)`);
  return `Run it. SCRIPT(${steps.join(", ")}, say("It ran."))`;
}

async function readTurn(world: World, sessionId: string, turn: number): Promise<ShellRun> {
  const events = await world.ended(sessionId, turn);
  const begins = ofType(events, "turn.started").at(-1)?.id ?? 0;
  const outputs = ofType(events, "toolCall")
    .filter(({ id, eventData }) => id > begins && eventData.status === "completed")
    .map(({ eventData }) => String(eventData.output ?? ""));
  return { sessionId, events, outputs, output: outputs.join("\n") };
}

/** Returns `host:port reason` for each denied connection that the session reported. */
export function deniedHosts(events: readonly SessionEvent[]): string[] {
  return ofType(events, "egress.denied").map(
    ({ eventData: { host, port, reason } }) => `${host}:${port} ${reason}`,
  );
}

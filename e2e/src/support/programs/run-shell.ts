import type { SessionEvent } from "@tembo/contract";
import type Tembo from "@tembo-io/sdk";
import { ofType } from "../assertions.ts";
import type { World } from "../world.ts";

type SessionCreate = Parameters<Tembo["session"]["create"]>[0];

export interface ShellRun {
  readonly sessionId: string;
  /** Of the whole session so far. */
  readonly events: readonly SessionEvent[];
  /** What each script of this turn printed. */
  readonly outputs: readonly string[];
  /** All of it. */
  readonly output: string;
}

/** A turn of a new session in which the harness runs these shell scripts one after the other, as a model told it to. */
export async function runShell(
  world: World,
  script: string | readonly string[],
  options: Omit<SessionCreate, "prompt"> = {},
): Promise<ShellRun> {
  const session = await world.client.session.create({ ...options, prompt: promptOf(script) });
  return readTurn(world, session.id, 1);
}

/** The same in a further turn of a session; `turn` counts from 1. */
export async function runShellAgain(
  world: World,
  sessionId: string,
  script: string | readonly string[],
  turn: number,
): Promise<ShellRun> {
  await world.client.session.messages.create(sessionId, { content: promptOf(script) });
  return readTurn(world, sessionId, turn);
}

/** Each runs without `set -e`, and ends well, so that the harness takes all output as a result. */
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

/** The hosts of which a person was told that they were refused. */
export function deniedHosts(events: readonly SessionEvent[]): string[] {
  return ofType(events, "egress.denied").map(
    ({ eventData: { host, port, reason } }) => `${host}:${port} ${reason}`,
  );
}

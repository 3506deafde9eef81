import assert from "node:assert/strict";
import type { SessionEvent } from "@tembo/contract";
import { ofType, type World } from "../../support/index.ts";

export const isKept = ({ eventType }: SessionEvent) => eventType === "sandbox.kept";
export const isStopped = ({ eventType }: SessionEvent) => eventType === "sandbox.stopped";
export const outputsOf = (events: readonly SessionEvent[]) =>
  ofType(events, "toolCall").map(({ eventData }) => eventData.output ?? "");

/**
 * Shell command that starts a background process and writes its process ID to a file in HOME. Every 0.1 seconds, the
 * process sends a request to the model gateway and records the status.
 */
const PROBE =
  "(setsid sh -c 'while :; do curl -s -o /dev/null -w %{http_code}, http://127.0.0.1:8377/v1/models >> $HOME/probe; sleep 0.1; done' > /dev/null 2>&1 & echo $! > $HOME/pid); echo started";
/**
 * Shell command that checks whether the process still runs. It compares the command line, because another sandbox
 * assigns new process IDs. `command` skips the harness's own `grep`, which cannot read NUL.
 */
export const STILL_RUNS =
  "command grep -qs 'HOME/[p]robe' /proc/$(cat $HOME/pid)/cmdline && echo it still runs";

/** Starts a session and waits until its first turn has ended and its sandbox is kept. */
export async function keptSession(world: World, name: string) {
  const repository = await world.repository(`${name}/app`, { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: `Begin. SCRIPT(bash(${JSON.stringify(PROBE)}), write("one.txt", "1\\n"), say("First."))`,
    repositories: [repository.url],
  });
  await world.until(session.id, isKept);
  return session.id;
}

/** Sends a message whose turn runs the command. Returns all events up to the end of the second turn. */
export async function sendAndWork(world: World, id: string, command: string): Promise<SessionEvent[]> {
  await world.client.session.messages.create(id, {
    content: `Go on. SCRIPT(bash(${JSON.stringify(command)}), write("two.txt", "2\\n"), say("Second."))`,
  });
  const events = await world.ended(id, 2);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  return events;
}

export async function eventually(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail("the condition was not met within 30 seconds");
}

import type { SessionEvent } from "@tembo/contract";
import { harnessesDir } from "../support/harnesses-dir.ts";
import { promptSentAt } from "../support/prompt-sent.ts";
import { type Fleet, withFleet } from "./with-fleet.ts";

const SESSIONS = 8;
const FILES = 2_000;
const FILE_KB = 10;

/** Creates files that git does not know, so that a saved workspace contains them. */
const BEGIN = `Begin. SCRIPT(bash("mkdir many; head -c ${FILE_KB}000 /dev/urandom > one; for n in $(seq ${FILES}); do cp one many/$n; done"), say("First."))`;
const GO_ON = 'Go on. SCRIPT(bash("ls many | wc -l; echo more >> notes.txt"), say("Next."))';

export interface FollowUps {
  /** Milliseconds from the message to the prompt that the harness receives. */
  readonly local: readonly number[];
  readonly restored: readonly number[];
  /** Milliseconds from the message to the end of its turn on the machine that has the files. */
  readonly savedTurns: readonly number[];
  readonly unsavedTurns: readonly number[];
}

export const followUpSize = { sessions: SESSIONS, files: FILES, megabytes: (FILES * FILE_KB) / 1_000 };

/** Measures later turns of sessions: on the machine that has their files, and on another one, which restores them. */
export async function measureFollowUps(print: (line: string) => void): Promise<FollowUps> {
  const env = { TEMBO_HARNESS_SEED_DIR: harnessesDir(["claudeCode"]), TEMBO_KEEP_ALIVE_MINUTES: "0" };
  const found = { local: [], restored: [], savedTurns: [], unsavedTurns: [] } as {
    [Name in keyof FollowUps]: number[];
  };
  await withFleet({ env, saves: true }, async (fleet) => {
    const first = await fleet.machine();
    const ids = await begin(fleet);
    for (const id of ids) {
      const { promptMs, turnMs } = await goOn(fleet, id, 2);
      found.local.push(promptMs);
      found.savedTurns.push(turnMs);
    }
    print("measured follow-up messages on the machine that has the files");
    await fleet.machine();
    await first.stop();
    for (const id of ids) found.restored.push((await goOn(fleet, id, 3)).promptMs);
    print("measured follow-up messages on another machine");
  });
  await withFleet({ env, saves: false }, async (fleet) => {
    await fleet.machine();
    for (const id of await begin(fleet)) found.unsavedTurns.push((await goOn(fleet, id, 2)).turnMs);
    print("measured follow-up messages without a shared store");
  });
  return found;
}

async function begin({ client, until }: Fleet): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < SESSIONS; number += 1) {
    const { id } = await client.session.create({ prompt: BEGIN });
    await until(id, isEnd(1));
    ids.push(id);
  }
  return ids;
}

async function goOn({ client, until }: Fleet, id: string, turn: number) {
  await client.session.messages.create(id, { content: GO_ON });
  const events = await until(id, isEnd(turn));
  const askedAt = Date.parse(events.findLast(({ eventType }) => eventType === "message.queued")!.createdAt);
  return {
    promptMs: (await promptSentAt(client, id, turn)) - askedAt,
    turnMs: Date.parse(events.at(-1)!.createdAt) - askedAt,
  };
}

/** Returns a function that is true for the end of the n-th turn. Throws if a turn does not complete. */
export function isEnd(turn: number): (event: SessionEvent) => boolean {
  let seen = 0;
  return (event) => {
    if (/^turn\.(failed|cancelled)$/.test(event.eventType)) throw new Error(JSON.stringify(event));
    if (event.eventType === "turn.completed") seen += 1;
    return seen === turn;
  };
}

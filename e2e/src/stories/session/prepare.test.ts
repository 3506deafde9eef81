import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { SessionEvent } from "@tembo/contract";
import Tembo from "@tembo-io/sdk";
import {
  API_KEY,
  assertSeamless,
  endings,
  ofType,
  pushFiles,
  sandboxProcesses,
  startWorld,
  type World,
} from "../../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld();
  // The first session installs the harness.
  const { id } = await world.client.session.create({ prompt: 'Begin. SCRIPT(say("Ready."))' });
  await world.ended(id);
});
after(async () => {
  await world.close();
});

const PROMPT = 'Add a file. SCRIPT(bash("git branch --show-current"), write("b.txt", "2\\n"), say("Done."))';
const folderOf = (id: string) => join(world.dataDir, "sessions", id);

async function eventually(isTrue: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isTrue()) return;
    await sleep(100);
  }
  assert.fail(`${what} within 30 seconds`);
}

const logLines = (id: string) =>
  world.tembo
    .log()
    .split("\n")
    .filter((line) => line.includes(id));

/** Requests a preparation and waits until the worker has prepared the work. Returns its ID. */
async function prepare(options: Parameters<Tembo["session"]["prepare"]>[0]): Promise<string> {
  const { id, expiresAt } = await world.client.session.prepare(options);
  assert.ok(id !== null && expiresAt !== null);
  await isPrepared(id);
  return id;
}

const isPrepared = (id: string) =>
  eventually(() => logLines(id).some((line) => line.includes("work is prepared")), "the work is prepared");
const hasOutcome = (id: string, outcome: string) =>
  eventually(
    () => logLines(id).some((line) => line.includes(`"outcome":"${outcome}"`)),
    `the outcome is ${outcome}`,
  );

/**
 * Returns the events without what differs between any two sessions. Of the states of a tool call, and of the lists of
 * commands that a harness sends while it starts, only the last is certain to be sent.
 */
function shapeOf(events: readonly SessionEvent[], branch: string): string[] {
  const lastCommands = events.findLast(({ eventType }) => eventType === "availableCommands");
  const isCertain = (event: SessionEvent) => {
    const { eventData } = event;
    if (eventData.type === "availableCommands") return event === lastCommands;
    return eventData.type !== "usage" && !(eventData.type === "toolCall" && eventData.status === "pending");
  };
  return events.filter(isCertain).map(({ eventData }) =>
    JSON.stringify(eventData, (key, value) =>
      /id$|url|sha|tokens|cost|commits|number|checks/i.test(key) ? null : value,
    )
      .replaceAll(branch, "BRANCH")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")
      .replaceAll(/[0-9a-f]{7,40}/g, "SHA")
      .slice(0, 300),
  );
}

async function run(options: object, preparedId?: string) {
  const session = await world.client.session.create({
    prompt: PROMPT,
    ...options,
    ...(preparedId !== undefined && { preparedId }),
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  const { branchName } = await world.client.session.retrieve(session.id);
  return { id: session.id, events, branchName: branchName! };
}

const startsOf = (id: string) =>
  logLines(id).filter(
    (line) => line.includes("work is prepared") || line.includes("prepared work has ended"),
  );

test("a session takes over the prepared work, and its events are the same as without", async () => {
  const { id: repositoryId } = await world.repository("prepared/app", { "a.txt": "1\n" });
  const options = { agent: "claudeCode", codeRepoIds: [repositoryId] };
  const cold = await run(options);
  const requests = world.model.requests.length;
  const preparedId = await prepare(options);
  assert.equal(world.model.requests.length, requests, "no harness calls a model before its prompt");
  assert.notDeepEqual(await sandboxProcesses(world.uidBase), []);
  assert.deepEqual(
    (await world.client.session.list({ limit: 50 })).sessions.filter(({ id }) => id === preparedId),
    [],
    "no list shows prepared work",
  );
  await assert.rejects(world.client.session.retrieve(preparedId), { status: 404 });
  const warm = await run(options, preparedId);
  assert.equal(warm.id, preparedId, "the session takes over the ID, and with it the folder and the user");
  await hasOutcome(preparedId, "used");
  assertSeamless(warm.events);
  assert.deepEqual(shapeOf(warm.events, warm.branchName), shapeOf(cold.events, cold.branchName));
  assert.match(warm.branchName, /^tembo\/add-a-file-/);
  const output = ofType(warm.events, "toolCall").map(({ eventData }) => eventData.output ?? "");
  assert.ok(output.some((text) => text.includes(warm.branchName)));
  const opened = async (id: string) => {
    const methods: unknown[] = [];
    for await (const record of world.client.session.wire(id))
      if (record.type === "line" && record.direction === "toHarness")
        methods.push((JSON.parse(record.text) as { method?: string }).method);
    return methods.filter((method) => method !== undefined);
  };
  assert.deepEqual(
    await opened(warm.id),
    await opened(cold.id),
    "the protocol log is complete, with one start",
  );
  await world.client.session.messages.create(warm.id, { content: 'Go on. SCRIPT(say("Second."))' });
  const all = await world.ended(warm.id, 2);
  assert.equal(all.at(-1)?.eventType, "turn.completed");
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
  assert.equal(startsOf(preparedId).length, 2);
});

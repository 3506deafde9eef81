import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import {
  API_KEY,
  assertSeamless,
  ofType,
  pushFiles,
  sandboxProcesses,
  startWorld,
  type World,
} from "../../support/index.ts";
import {
  eventually,
  outcomeText,
  preparedText,
  prepareSession,
  untilLogged,
} from "../../support/prepared.ts";

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

const PROMPT =
  'Add a file. SCRIPT(bash("git branch --show-current; ls; cat .tembo-set-up"), write("b.txt", "2\\n"), say("Done."))';

/** Runs a session to its end. */
async function run(options: object, preparedId?: string) {
  const { id } = await world.client.session.create({
    prompt: PROMPT,
    ...options,
    ...(preparedId !== undefined && { preparedId }),
  });
  const events = await world.ended(id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  assertSeamless(events);
  const { branchName } = await world.client.session.retrieve(id);
  const output = ofType(events, "toolCall").map(({ eventData }) => eventData.output ?? "");
  return { id, events, branchName: branchName!, output: output.join("\n") };
}

/** Returns the methods that the driver called in the session's first turn. */
async function methodsOf(id: string): Promise<string[]> {
  const methods: string[] = [];
  for await (const record of world.client.session.wire(id, { turn: 1 })) {
    if (record.type !== "line" || record.direction !== "toHarness") continue;
    const { method } = JSON.parse(record.text) as { method?: string };
    if (method !== undefined) methods.push(method);
  }
  return methods;
}

/**
 * Returns the events without what differs between any two sessions. Of the states of a tool call, and of the lists of
 * commands that a harness sends while it starts, only the last is certain to be sent.
 */
function shapeOf({ events, branchName }: { events: readonly SessionEvent[]; branchName: string }): string[] {
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
      .replaceAll(branchName, "BRANCH")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")
      .replaceAll(/[0-9a-f]{7,40}/g, "SHA")
      .slice(0, 300),
  );
}

async function aRepository(name: string, files: Readonly<Record<string, string>> = { "a.txt": "1\n" }) {
  const { id, url } = await world.repository(`${name}/app`, files);
  return { id, url, options: { agent: "claudeCode", codeRepoIds: [id] } };
}

const isRemoved = (id: string) =>
  eventually(
    async () =>
      !existsSync(join(world.dataDir, "sessions", id)) &&
      (await sandboxProcesses(world.uidBase)).length === 0,
    `the prepared work ${id} is removed`,
  );

test("a session takes over the prepared work, and its events are the same as without", async () => {
  const { options } = await aRepository("used");
  const cold = await run(options);
  const requests = world.model.requests.length;
  const preparedId = await prepareSession(world, options);
  assert.equal(world.model.requests.length, requests, "no harness calls a model before its prompt");
  assert.notDeepEqual(await sandboxProcesses(world.uidBase), []);
  const { sessions } = await world.client.session.list({ limit: 50 });
  assert.ok(!sessions.some(({ id }) => id === preparedId), "no list shows prepared work");
  await assert.rejects(world.client.session.retrieve(preparedId), { status: 404 });

  const warm = await run(options, preparedId);
  assert.equal(warm.id, preparedId, "the session takes over the ID, and with it the folder and the user");
  await untilLogged(world, preparedId, outcomeText("used"));
  assert.deepEqual(shapeOf(warm), shapeOf(cold));
  assert.match(warm.branchName, /^tembo\/add-a-file-/);
  assert.ok(warm.output.includes(warm.branchName));
  assert.deepEqual(await methodsOf(warm.id), await methodsOf(cold.id), "the harness starts once");

  await world.client.session.messages.create(warm.id, { content: 'Go on. SCRIPT(say("Second."))' });
  assert.equal((await world.ended(warm.id, 2)).at(-1)?.eventType, "turn.completed");
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
  assert.notEqual((await run(options, preparedId)).id, preparedId, "prepared work is used once");
});

test("a session that is created while its work is being prepared waits for that work", async () => {
  const { options } = await aRepository("early");
  const { id } = await world.client.session.prepare(options);
  const early = await run(options, id!);
  assert.equal(early.id, id);
  assert.equal((await methodsOf(early.id)).filter((method) => method === "session/new").length, 1);
});

test("work for other options is discarded, and the session starts without it", async () => {
  const { options } = await aRepository("other");
  const preparedId = await prepareSession(world, options);
  const planned = await run({ ...options, agentOptions: { mode: "planning" } }, preparedId);
  assert.notEqual(planned.id, preparedId);
  await untilLogged(world, preparedId, outcomeText("discarded"));
  await isRemoved(preparedId);
});

test("a person's next request replaces the work, and an equal request keeps it", async () => {
  const [one, other] = [await aRepository("first"), await aRepository("second")];
  const first = await prepareSession(world, one.options);
  assert.equal((await world.client.session.prepare(one.options)).id, first);
  const second = await prepareSession(world, other.options);
  await untilLogged(world, first, outcomeText("discarded"));
  await eventually(() => !existsSync(join(world.dataDir, "sessions", first)), "the first work is removed");
  assert.equal((await run(other.options, second)).id, second, "control: the second work is used");
});

test("starts from the newest commit if the branch has moved since the work was prepared", async () => {
  const { url, options } = await aRepository("moved");
  const preparedId = await prepareSession(world, options);
  await pushFiles(url, API_KEY, "main", { "newest.txt": "1\n" }, "Newest");
  const session = await run(options, preparedId);
  assert.equal(session.id, preparedId);
  assert.match(session.output, /newest\.txt/);
  await untilLogged(world, preparedId, outcomeText("discarded"));
});

test("starts without the prepared work if a secret or a policy has changed", async () => {
  const { orgId } = await world.client.me.retrieve();
  const { options } = await aRepository("policy");
  const organization = world.client.organizations;
  const changes = [
    () => organization.secrets.create(orgId!, { key: "NEW_ONE", value: "value-of-it" }),
    () => organization.egress.update(orgId!, { preset: "custom", allow: ["example.com"] }),
    () => organization.settings.update(orgId!, { customSystemPrompt: "You are the herald of Acme." }),
  ];
  for (const change of changes) {
    const preparedId = await prepareSession(world, options);
    await change();
    const session = await run(options, preparedId);
    assert.equal(session.id, preparedId);
    await untilLogged(world, preparedId, outcomeText("discarded"));
  }
  const request = world.model.requests.findLast(({ isBackground }) => !isBackground);
  assert.match(request!.systemText, /herald of Acme/);
  const preparedId = await prepareSession(world, options);
  await run(options, preparedId);
  await untilLogged(world, preparedId, outcomeText("used"));
});

test("a setupScript runs after the prompt exists, before the harness starts", async () => {
  const setup = { setupScript: "echo set up > .tembo-set-up" };
  const { options } = await aRepository("hooks", { ".tembo.json": JSON.stringify(setup) });
  const preparedId = await prepareSession(world, options);
  assert.deepEqual(await sandboxProcesses(world.uidBase), [], "only the checkout is prepared");
  const session = await run(options, preparedId);
  assert.equal(session.id, preparedId);
  await untilLogged(world, preparedId, outcomeText("used"));
  assert.match(session.output, /set up/);
  assert.equal(ofType(session.events, "hook.finished").length, 1);
});

test("a disabled repository is rejected with and without prepared work", async () => {
  const { id, options } = await aRepository("disabled");
  const preparedId = await prepareSession(world, options);
  await world.client.repositories.update(id, { enabled: false });
  await assert.rejects(run(options, preparedId), { status: 400 });
  await assert.rejects(world.client.session.prepare(options), { status: 400 });
});

test("a reply continues in the prepared sandbox with its conversation", async () => {
  const { options } = await aRepository("reply");
  const { id } = await run(options);
  assert.equal((await world.client.session.prepareReply(id)).id, id);
  await untilLogged(world, id, preparedText);
  assert.notDeepEqual(await sandboxProcesses(world.uidBase), []);
  assert.equal((await world.client.session.retrieveKeepAlive(id)).isKept, false, "nobody sees the sandbox");
  const seen = world.model.requests.length;
  await world.client.session.messages.create(id, { content: 'Go on. SCRIPT(say("Second."))' });
  const events = await world.ended(id, 2);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  await untilLogged(world, id, outcomeText("used"));
  assert.equal(ofType(events, "sandbox.kept").length + ofType(events, "sandbox.stopped").length, 0);
  const userTexts = JSON.stringify(world.model.requests.slice(seen).map((request) => request.userTexts));
  assert.match(userTexts, /Add a file/, "the harness resumed its conversation");
  const isStopped = async () => (await sandboxProcesses(world.uidBase)).length === 0;
  await eventually(isStopped, "the sandbox is stopped");
});

test("a killed server leaves nothing of the prepared work, and the session starts without it", async () => {
  const { options } = await aRepository("killed");
  const preparedId = await prepareSession(world, options);
  await world.tembo.kill();
  await world.restart();
  await isRemoved(preparedId);
  const session = await run(options, preparedId);
  assert.notEqual(session.id, preparedId);

  const adopted = await prepareSession(world, options);
  const { id } = await world.client.session.create({ prompt: PROMPT, ...options, preparedId: adopted });
  await world.tembo.kill();
  await world.restart();
  assert.equal(id, adopted);
  const events = await world.ended(id);
  assertSeamless(events);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
});

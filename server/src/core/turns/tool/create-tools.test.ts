import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readFile } from "../../../sandbox/files/read-file.ts";
import { sessionFolders } from "../../../sandbox/folders/session-folders.ts";
import { seedService } from "../../../testing/seed-service.ts";
import { openTestBlobs, type TestBlobs } from "../../../testing/test-blobs.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { createMasker, paths } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import { type EventData, readArtifactFile } from "../../sessions/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { createTools } from "./create-tools.ts";

let t: TestStore;
let stored: TestBlobs;
before(async () => {
  t = await openTestStore();
  stored = await openTestBlobs(t);
});
after(async () => {
  await t.drop();
  await stored[Symbol.asyncDispose]();
});

const dataDir = mkdtempSync(join(tmpdir(), "tembo-tools-"));
after(() => rmSync(dataDir, { recursive: true, force: true }));
const places = { workspacePath: "/workspace", homePath: "/home/tembo" };

const signal = new AbortController().signal;
const readArtifact = (id: unknown) =>
  readArtifactFile({ store: t.store, blobs: stored.blobs }, t.organizationId, String(id));

async function tools() {
  const { id } = await t.addSession();
  const lease = await t.startTurn(id);
  const session = await t.store.sessions.get(id);
  const turn = (await t.store.turns.find(lease.turnId))!;
  const context = {
    ports: {
      store: t.store,
      clock: t.clock,
      blobs: stored.blobs,
      settings: { publicUrl: "http://127.0.0.1:1", dataDir, previewDomain: "preview.localhost" },
    } as unknown as Ports,
    lease,
    session,
    turn,
    message: await t.store.messages.get(turn.messageId),
    masker: createMasker([{ key: "DOOR", value: "sesame-open-42" }]),
    checkouts: [],
  } as unknown as TurnContext;
  const readEvents = async () =>
    (await t.store.events.list(id, { afterSeq: 0, limit: 100 }))
      .map(({ data }) => data)
      .filter((data): data is Extract<EventData, { type: "tool.called" }> => data.type === "tool.called");
  const kept = sessionFolders(dataDir, { sessionId: id });
  const sandbox: Partial<Sandbox> = {
    ...places,
    readFile: (path, maxBytes) => readFile(places, kept, path, maxBytes),
  };
  const { call, views } = createTools(context, { sandbox: sandbox as Sandbox, before: {} });
  return {
    id,
    lease,
    views,
    readEvents,
    call: (name: string, input: unknown) => call(name, input, signal),
  };
}

test("records a call with its input and result, and masks secrets in them", async () => {
  const { id, call, readEvents } = await tools();
  assert.deepEqual(await call("set_title", { title: "It is  sesame-open-42" }), {
    title: "It is [secret DOOR]",
  });
  assert.equal((await t.store.sessions.get(id)).title, "It is [secret DOOR]");
  const [event] = await readEvents();
  assert.deepEqual(event, {
    type: "tool.called",
    tool: "set_title",
    input: '{"title":"It is  [secret DOOR]"}',
    status: "completed",
    output: '{"title":"It is [secret DOOR]"}',
  });
});

test("rejects invalid input with the reason, and records the call as failed", async () => {
  const { call, readEvents } = await tools();
  for (const [name, input, expected] of [
    ["set_title", {}, /title/],
    ["set_title", { title: "a", more: 1 }, /more/],
    ["set_title", [], /JSON object/],
    ["set_title", null, /JSON object/],
    ["commit", { repository: "x" }, /has no repository/],
    ["uploadFile", { path: "/tmp/a.png" }, /neither in the workspace .* "tembo upload-file \/tmp\/a.png"/],
    ["uploadFile", { path: "missing.png" }, /File \/workspace\/missing\.png was not found/],
    ["setAgentState", { key: "k", value: "x".repeat(70_000) }, /the limit is 65536/],
  ] as const)
    await assert.rejects(call(name, input), { name: "AppError", message: expected });
  const statuses = (await readEvents()).map(({ status }) => status);
  assert.deepEqual(statuses, Array(8).fill("failed"));
  for (const name of ["no_such_tool", "toString", "__proto__"])
    await assert.rejects(call(name, {}), { code: "not_found" });
});

test("rejects calls beyond a tool's limit per turn", async () => {
  const { call } = await tools();
  for (let index = 0; index < 10; index++) await call("set_title", { title: `Title ${index}` });
  await assert.rejects(call("set_title", { title: "One more" }), { code: "rate_limited" });
  await call("getAgentState", {});
});

test("fences tool calls of an earlier attempt of the turn", async () => {
  const { id, call, lease } = await tools();
  await t.store.turns.claim(lease.turnId, t.clock.now());
  await assert.rejects(call("set_title", { title: "Late" }), { code: "fenced" });
  assert.notEqual((await t.store.sessions.get(id)).title, "Late");
});

test("stores a file without recording its content in the events", async () => {
  const { id, call, readEvents } = await tools();
  const contentBase64 = Buffer.from("bytes").toString("base64");
  const { artifactId } = await call("uploadFile", { path: "dir/a.png", contentBase64 });
  assert.equal((await readArtifact(artifactId))?.toString(), "bytes");
  assert.deepEqual(await t.store.artifacts.totals(id), { count: 1, bytes: 5 });
  assert.ok(!JSON.stringify(await readEvents()).includes(contentBase64));
  const inBlob = randomBytes(300_000);
  const second = await call("uploadFile", { path: "b", contentBase64: inBlob.toString("base64") });
  assert.deepEqual(await readArtifact(second.artifactId), inBlob);
  assert.equal(
    (await t.store.artifacts.find(t.organizationId, String(second.artifactId)))?.sizeBytes,
    300_000,
  );
  assert.deepEqual(await t.store.artifacts.totals(id), { count: 2, bytes: 300_005 });
  const { rows } = await t.database.pool.query("select bytes from artifact_files where blob_id is not null");
  assert.deepEqual(rows, [{ bytes: null }], "only the large file is in a blob");
  const large = Buffer.alloc(5 * 1024 * 1024 + 1).toString("base64");
  await assert.rejects(call("uploadFile", { path: "a", contentBase64: large }), { code: "invalid_input" });
});

test("uploads a file by path only from the sandbox's workspace and HOME", async () => {
  const { id, call } = await tools();
  const [workspace, home] = [paths.workspace(dataDir, id), paths.home(dataDir, id)];
  for (const folder of [join(workspace, "app"), home]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(workspace, "app/shot.png"), Buffer.from([0x89, 0xff, 0x00]));
  writeFileSync(join(home, "notes.txt"), "notes");
  writeFileSync(join(dataDir, "outside.txt"), "outside");
  symlinkSync(join(dataDir, "outside.txt"), join(workspace, "link.txt"));
  const read = async (path: string) => {
    const { artifactId } = await call("uploadFile", { path });
    return readArtifact(artifactId);
  };
  assert.deepEqual(Buffer.from((await read("app/shot.png"))!), Buffer.from([0x89, 0xff, 0x00]));
  assert.equal(String(await read("/workspace/app/../app/shot.png")).length, 3);
  assert.equal(String(await read("/home/tembo/notes.txt")), "notes");
  for (const path of ["link.txt", "../outside.txt", "/workspace/../etc/passwd", "app"])
    await assert.rejects(call("uploadFile", { path }), { code: "invalid_input" }, path);
  writeFileSync(join(workspace, "large"), Buffer.alloc(5 * 1024 * 1024 + 1));
  await assert.rejects(call("uploadFile", { path: "large" }), {
    message: /exceeds the limit of 5242880 bytes/,
  });
});

test("gives every tool an object schema and a unique command", async () => {
  const { views } = await tools();
  const commands = views.flatMap(({ command }) => (command === null ? [] : [command.join(" ")]));
  assert.equal(new Set(commands).size, commands.length);
  for (const { name, inputSchema, positional, file } of views) {
    const { type, properties } = inputSchema as { type: string; properties: object };
    assert.equal(type, "object", name);
    for (const property of [positional, file])
      assert.ok(property === null || Object.hasOwn(properties, property), `${name}: ${property}`);
    assert.ok(!JSON.stringify(inputSchema).includes("$ref"), `${name} has no reference to another schema`);
  }
});

test("publishes a port and removes it, and masks its name", async () => {
  const { call, id } = await tools();
  const published = await call("publish_port", { port: 3000, name: "sesame-open-42" });
  assert.match(String(published.url), /^http:\/\/3000-[a-z2-7]{16}\.preview\.localhost:1\/$/);
  const [preview] = await t.store.previews.list(id);
  assert.deepEqual([preview!.port, preview!.name], [3000, "[secret DOOR]"]);
  await call("unpublish_port", { port: 3000 });
  assert.deepEqual(await t.store.previews.list(id), []);
  await assert.rejects(call("unpublish_port", { port: 3000 }), { code: "not_found" });
});

test("returns the states of services, and the end of a log by the service's name", async () => {
  const { call, lease } = await tools();
  assert.deepEqual(await call("get_services", {}), { services: [] });
  await seedService(t.store, lease);
  const { services } = await call("get_services", {});
  const [db] = services as readonly Record<string, unknown>[];
  assert.deepEqual([db?.name, db?.state, db?.exitCode], ["db", "exited", 3]);
  const { log, isLogCut } = await call("get_services", { name: "db" });
  assert.deepEqual([log, isLogCut], ["up\nout of memory\n", false]);
  await assert.rejects(call("get_services", { name: "other" }), { code: "not_found" });
});

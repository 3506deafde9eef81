import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { stubWarmSandboxes } from "../../../testing/stub-warm-sandboxes.ts";
import { AppError } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import type { ForwardedConnection, Sandbox } from "../sandbox/sandbox.ts";
import { PreviewConnections } from "./preview-connections.ts";

const preview = {
  id: "p1",
  organizationId: "o1",
  sessionId: "s1",
  port: 3000,
  name: null,
  hostLabel: "x",
  createdAt: new Date(0),
};
const access = { preview, holderId: "u1" };
const { signal } = new AbortController();

const connection = () => new PassThrough() as unknown as ForwardedConnection;

function connections(
  connect: Sandbox["connect"] = async () => connection(),
  up: () => "still" | null | undefined = () => undefined,
) {
  const warm = { sandbox: { connect } };
  const warmSandboxes = { ...stubWarmSandboxes(null), up: () => (up() === undefined ? warm : up()) };
  const store = {
    warmSandboxRecords: { find: async () => null },
    turns: { active: async () => null },
  };
  const ports = { store, warmSandboxes } as unknown as Ports;
  return { opened: new PreviewConnections(ports), keepAlives: warmSandboxes.keepAlives };
}

test("keeps the sandbox alive while a connection is open, and for five minutes afterwards", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { opened, keepAlives } = connections();
  const count = () => keepAlives.count("s1", "preview");
  const [first, second] = [await opened.open(access, signal), await opened.open(access, signal)];
  assert.ok(typeof first !== "string" && typeof second !== "string");
  assert.equal(count(), 1);
  first.release();
  first.release();
  t.mock.timers.tick(300_000);
  assert.equal(count(), 1, "the other connection is open");
  second.release();
  t.mock.timers.tick(299_000);
  const third = await opened.open(access, signal);
  assert.ok(typeof third !== "string");
  t.mock.timers.tick(300_000);
  assert.equal(count(), 1, "a new connection extends the time");
  third.release();
  t.mock.timers.tick(300_000);
  assert.equal(count(), 0);
});

test("reports why a program cannot be reached, and frees the place", async (t) => {
  const fails = (code: "unavailable" | "sandbox_unavailable") => async () => {
    throw new AppError(code, "No.");
  };
  for (let n = 0; n < 300; n++)
    assert.equal(await connections(fails("unavailable")).opened.open(access, signal), "silent");
  const { opened } = connections(fails("unavailable"));
  for (let n = 0; n < 300; n++) assert.equal(await opened.open(access, signal), "silent");
  await assert.rejects(connections(fails("sandbox_unavailable")).opened.open(access, signal), {
    code: "sandbox_unavailable",
  });
  assert.equal(await connections(undefined, () => "still").opened.open(access, signal), "paused");
  assert.equal(await connections(undefined, () => null).opened.open(access, signal), "stopped");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let late: AbortSignal | undefined;
  const hanging = connections(async (_port, given) => {
    late = given;
    return new Promise(() => {});
  });
  const opening = hanging.opened.open(access, signal);
  for (let n = 0; late === undefined && n < 1_000; n++) await new Promise(setImmediate);
  t.mock.timers.tick(10_000);
  assert.equal(await opening, "silent");
  assert.equal(late?.aborted, true);
});

test("reports a sandbox that pauses or stops before the program accepts, not a silent program", async () => {
  for (const [later, absence] of [
    ["still", "paused"],
    [null, "stopped"],
    [undefined, "silent"],
  ] as const) {
    let up: "still" | null | undefined;
    const refuse = async () => {
      up = later;
      throw new AppError("unavailable", "No.");
    };
    assert.equal(await connections(refuse, () => up).opened.open(access, signal), absence);
  }
});

test("limits the connections of one person across sessions", async () => {
  const { opened } = connections();
  const of = (sessionId: string) => opened.open({ ...access, preview: { ...preview, sessionId } }, signal);
  for (let n = 0; n < 256; n++) assert.notEqual(await of(`s${n % 4}`), "busy");
  assert.equal(await of("s9"), "busy");
  assert.notEqual(await opened.open({ ...access, holderId: "u2" }, signal), "busy");
});

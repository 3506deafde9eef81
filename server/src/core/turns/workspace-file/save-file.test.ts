import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { watch } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { stubWarmSandboxes } from "../../../testing/stub-warm-sandboxes.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { localSandbox } from "../service/testing/local-sandbox.ts";
import { saveWorkspaceFile } from "./save-file.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

async function aSession(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-save-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const workspacePath = join(folder, "workspace");
  await mkdir(join(workspacePath, "app", "- odd"), { recursive: true });
  await writeFile(join(workspacePath, "app", "run.sh"), "old");
  await chmod(join(workspacePath, "app", "run.sh"), 0o750);
  await writeFile(join(folder, "outside"), "old");
  const { id: sessionId } = await t.addSession();
  const warmSandboxes = stubWarmSandboxes({ sandbox: { ...localSandbox, workspacePath } });
  const save = (path: string, content = "new", read = "old") =>
    saveWorkspaceFile(
      { store: t.store, warmSandboxes },
      { organizationId: t.organizationId, userId: t.userId, sessionId, path, content, sha256: hashOf(read) },
    );
  const events = async () =>
    (await t.store.events.list(sessionId, { afterSeq: 0, limit: 100 })).filter(
      ({ data }) => data.type === "workspaceFile.saved",
    );
  return { folder, workspacePath, sessionId, save, events };
}

test("saves a file with its mode, and records an event that the next turn reads", async (context) => {
  const { workspacePath, sessionId, save, events } = await aSession(context);
  const path = join(workspacePath, "app", "run.sh");
  assert.deepEqual(await save("app/run.sh", "nëw\n"), { sha256: hashOf("nëw\n") });
  assert.equal(await readFile(path, "utf8"), "nëw\n");
  assert.equal((await stat(path)).mode & 0o777, 0o750);
  assert.deepEqual(await readdir(join(workspacePath, "app")), ["- odd", "run.sh"]);
  const [event] = await events();
  assert.deepEqual(event?.data, {
    type: "workspaceFile.saved",
    path: "app/run.sh",
    userId: t.userId,
    sizeBytes: 5,
  });
  await save("app/run.sh", "", "nëw\n");
  const message = await t.addMessage(sessionId, "Next");
  assert.deepEqual(await t.store.events.savedFiles(sessionId, message, 10), ["app/run.sh"], "each once");
});

test("rejects a file that has changed since it was read, and leaves no other file behind", async (context) => {
  const { workspacePath, save, events } = await aSession(context);
  await assert.rejects(save("app/run.sh", "new", "older"), /has changed since you opened it/);
  assert.equal(await readFile(join(workspacePath, "app", "run.sh"), "utf8"), "old");
  assert.deepEqual(await readdir(join(workspacePath, "app")), ["- odd", "run.sh"]);
  assert.deepEqual(await events(), []);
});

test("succeeds and records a save again if the file already has the new content", async (context) => {
  const { workspacePath, save, events } = await aSession(context);
  const before = await stat(join(workspacePath, "app", "run.sh"));
  assert.deepEqual(await save("app/run.sh", "old", "older"), { sha256: hashOf("old") });
  assert.equal((await stat(join(workspacePath, "app", "run.sh"))).ino, before.ino, "writes nothing");
  assert.equal((await events()).length, 1);
});

test("keeps its new file outside of all checkouts, and removes one that a killed save left", {
  timeout: 20_000,
}, async (context) => {
  const { workspacePath, save } = await aSession(context);
  const names: string[] = [];
  for (const watched of [workspacePath, join(workspacePath, "app")]) {
    const watcher = watch(watched, (_kind, name) => void names.push(join(watched, String(name))));
    context.after(() => watcher.close());
  }
  await writeFile(join(workspacePath, ".tembo-save-aaaaaa"), "left");
  await save("app/run.sh");
  assert.deepEqual(await readdir(workspacePath), ["app"]);
  await save("app/run.sh", "newer", "new");
  while (names.filter((name) => name.endsWith("run.sh")).length < 2) await setImmediate();
  const ours = new Set(names.filter((name) => name.includes(".tembo-save-")));
  assert.ok(ours.size >= 2 && [...ours].every((name) => dirname(name) === workspacePath), [...ours].join());
});

test("rejects a file that is now larger than every file that can be read", async (context) => {
  const { workspacePath, save } = await aSession(context);
  await truncate(join(workspacePath, "app", "run.sh"), 2 ** 40);
  await assert.rejects(save("app/run.sh"), /has changed since you opened it/);
  assert.deepEqual(await readdir(workspacePath), ["app"], "creates no copy");
});

test("writes through no link, and creates no file", async (context) => {
  const { folder, workspacePath, save } = await aSession(context);
  await symlink(join(folder, "outside"), join(workspacePath, "link"));
  await symlink(folder, join(workspacePath, "way"));
  await symlink("app", join(workspacePath, "inside"));
  for (const path of ["link", "way/outside", "inside/run.sh"])
    await assert.rejects(save(path), /leads through a link/, path);
  assert.equal(await readFile(join(folder, "outside"), "utf8"), "old");
  for (const path of ["app/none", "none/run.sh", "app"])
    await assert.rejects(save(path), /was not found in the workspace/, path);
});

test("saves files whose names look like options or contain line breaks", async (context) => {
  const { workspacePath, save } = await aSession(context);
  await mkdir(join(workspacePath, "x\n"));
  for (const path of ["-rf", "app/- odd/$(touch x)\n; y", "app/*", "x\n/a\n"]) {
    await writeFile(join(workspacePath, path), "old");
    await save(path);
    assert.equal(await readFile(join(workspacePath, path), "utf8"), "new", path);
  }
});

test("reports why the program in the sandbox could not save", async (context) => {
  const { sessionId } = await aSession(context);
  const input = { organizationId: t.organizationId, userId: t.userId, sessionId, path: "a", content: "" };
  const sandbox = { ...localSandbox, workspacePath: "/missing-workspace" };
  const save = (warm: object | null) =>
    saveWorkspaceFile(
      { store: t.store, warmSandboxes: stubWarmSandboxes(warm) },
      { ...input, sha256: hashOf("") },
    );
  await assert.rejects(save({ sandbox }), /"a" could not be saved.*missing-workspace/);
  await assert.rejects(save(null), /only while the session's sandbox is running/);
  await assert.rejects(save("still" as never), /paused while the turn's work is committed/);
});

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { maxWorkspaceFileBytes, type WorkspaceFile, type WorkspaceTree } from "@tembo/contract";
import { newId } from "../../../core/base/index.ts";
import { caller } from "../../../testing/caller.ts";
import { seedWorkspace } from "../../../testing/seed-workspace.ts";
import { type Served, serve } from "../../../testing/test-server.ts";

let served: Served;
let call: ReturnType<typeof caller>;
before(async () => {
  served = await serve();
  call = caller(served, await served.addKey(served.testStore.organizationId));
});
after(() => served.close());

async function aWorkspace(files: Readonly<Record<string, string | Buffer>>, change: object = {}) {
  const { id } = await served.testStore.addSession(change);
  const folder = await seedWorkspace(served.ports.settings.dataDir, id, files);
  return { path: `/v1/sessions/${id}/workspace`, folder, sessionId: id };
}

test("lists folders page by page, folders first, and reads a file", async () => {
  const { path } = await aWorkspace({
    "app/b.ts": "b",
    "app/a.ts": "let a;\n",
    "app/src/c.ts": "",
    "z.txt": "",
  });
  const root: WorkspaceTree = await call(200, "GET", `${path}/tree`);
  assert.deepEqual([root.path, root.nextCursor, root.isCut], ["", null, false]);
  assert.deepEqual(
    root.items.map(({ name, kind, sizeBytes }) => [name, kind, sizeBytes]),
    [
      ["app", "folder", null],
      ["z.txt", "file", 0],
    ],
  );
  const names: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: WorkspaceTree = await call(
      200,
      "GET",
      `${path}/tree?path=app&limit=1${cursor && `&cursor=${cursor}`}`,
    );
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  }
  assert.deepEqual(names, ["src", "a.ts", "b.ts"]);
  const file: WorkspaceFile = await call(200, "GET", `${path}/file?path=app/a.ts`);
  const sha256 = createHash("sha256").update("let a;\n").digest("hex");
  const { modifiedAt, ...rest } = file;
  assert.ok(Date.parse(modifiedAt!) > 0);
  assert.deepEqual(rest, { path: "app/a.ts", sizeBytes: 7, sha256, content: "let a;\n", leftOut: null });
});

test("returns no content of binary and large files", async () => {
  const { path } = await aWorkspace({
    null: Buffer.from([65, 0, 66]),
    latin: Buffer.from([0xe9, 0x0a]),
    large: Buffer.alloc(maxWorkspaceFileBytes + 1, "a"),
    fits: Buffer.alloc(maxWorkspaceFileBytes, "a"),
  });
  for (const name of ["null", "latin"]) {
    const file: WorkspaceFile = await call(200, "GET", `${path}/file?path=${name}`);
    assert.deepEqual([file.content, file.leftOut], [null, "binary"]);
  }
  const large: WorkspaceFile = await call(200, "GET", `${path}/file?path=large`);
  assert.deepEqual([large.content, large.leftOut, large.sha256], [null, "tooLarge", null]);
  const fits: WorkspaceFile = await call(200, "GET", `${path}/file?path=fits`);
  assert.equal(fits.content?.length, maxWorkspaceFileBytes);
});

test("rejects paths that could leave the workspace, and cursors of other folders", async () => {
  const { path } = await aWorkspace({ "app/a": "a", "app/b": "b", "other/a": "a" });
  for (const bad of ["../x", "/etc/passwd", "app/../../x", "app//a", "./app", "app/", "a%00b"]) {
    assert.match((await call(400, "GET", `${path}/file?path=${bad}`)).error, /Correct "path"/, bad);
    assert.match((await call(400, "GET", `${path}/tree?path=${bad}`)).error, /Correct "path"/, bad);
  }
  assert.match((await call(400, "GET", `${path}/tree?path=${"a/".repeat(100)}a`)).error, /at most 100 parts/);
  const { nextCursor } = await call(200, "GET", `${path}/tree?path=app&limit=1`);
  assert.match((await call(400, "GET", `${path}/tree?path=other&cursor=${nextCursor}`)).error, /cursor/);
});

test("explains why an entry cannot be read", async () => {
  const { path, folder } = await aWorkspace({ "app/a": "a" });
  await symlink("/etc/passwd", join(folder, "link"));
  await symlink("/etc", join(folder, "way"));
  assert.match((await call(409, "GET", `${path}/file?path=link`)).error, /"link" is a link/);
  assert.match((await call(409, "GET", `${path}/tree?path=way`)).error, /"way" is a link/);
  assert.match((await call(404, "GET", `${path}/file?path=way/passwd`)).error, /not found in the workspace/);
  assert.match((await call(409, "GET", `${path}/file?path=app`)).error, /is a folder\. List it/);
  assert.match((await call(409, "GET", `${path}/tree?path=app/a`)).error, /is a file\. Retrieve it/);
  assert.match((await call(404, "GET", `${path}/file?path=app/b`)).error, /"app\/b" was not found/);
});

test("explains that a workspace is not on this server, and hides private ones", async () => {
  const { id } = await served.testStore.addSession();
  for (const rest of ["tree", "tree?path=a", "file?path=a"])
    assert.match((await call(409, "GET", `/v1/sessions/${id}/workspace/${rest}`)).error, /Send a message/);
  const { path } = await aWorkspace({ a: "a" }, { visibility: "private" });
  await call(404, "GET", `${path}/tree`);
  await call(404, "GET", `${path}/file?path=a`);
});

test("serves no old files of a session that has moved to another machine", async () => {
  const { path, sessionId } = await aWorkspace({ "app/a": "old" });
  const { testStore, ports } = served;
  const lease = await testStore.startTurn(sessionId);
  await testStore.store.savedWorkspaces.setMachine(lease, ports.settings.machineId);
  const saved = { path: "app/a", content: "new", sha256: "0".repeat(64) };
  assert.equal((await call(200, "GET", `${path}/file?path=app/a`)).content, "old", "control");
  await testStore.store.savedWorkspaces.setMachine(lease, newId());
  for (const rest of ["tree", "tree?path=app", "file?path=app/a"])
    assert.match((await call(409, "GET", `${path}/${rest}`)).error, /not on this server/, rest);
  assert.match((await call(409, "PUT", `${path}/file`, saved)).error, /not on this server/);
});

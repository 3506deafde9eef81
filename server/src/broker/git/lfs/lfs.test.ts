import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createSpawnGit } from "../../../git/process/spawn-git.ts";
import { credential, listen } from "../forge-fixture.ts";
import { ask, branch, cloneWork, commit, git, makeGitProxy } from "../git-proxy-fixture.ts";

const hasLfs = spawnSync("git", ["lfs", "version"]).status === 0;
const withLfs = { skip: hasLfs ? false : "git-lfs is not installed" };
const mediaType = "application/vnd.git-lfs+json";
const basic = `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString("base64")}`;
const oidOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** Creates a git proxy whose forge has Git LFS. The objects are on a separate host that requires its own header. */
async function makeLfsProxy(t: TestContext, options: { isReadOnly?: boolean; isLocal?: boolean } = {}) {
  const proxy = await makeGitProxy(t, { createSpawnGit, ...options });
  const objects = new Map<string, Buffer>();
  const state = { asked: 0, lies: false };
  const storage = createServer(async (request, response) => {
    const oid = request.url!.slice(1);
    if (request.headers["x-amz-key"] !== "storage-secret" || request.headers.authorization)
      return response.writeHead(403).end();
    if (request.method === "PUT") objects.set(oid, await bodyOf(request));
    const bytes = objects.get(oid);
    if (!bytes) return response.writeHead(404).end();
    const sent = state.lies ? Buffer.concat([bytes, Buffer.from("more")]) : bytes;
    response.writeHead(200).end(request.method === "GET" ? sent : undefined);
  });
  const storageUrl = await listen(t, storage);
  const batch = async (request: IncomingMessage, response: ServerResponse) => {
    state.asked++;
    if (request.headers.authorization !== basic) return response.writeHead(401).end();
    const asked = JSON.parse((await bodyOf(request)).toString());
    const action = (oid: string) => ({
      href: `${storageUrl}/${oid}`,
      header: { "X-Amz-Key": "storage-secret" },
    });
    const answered = asked.objects.map(({ oid, size }: { oid: string; size: number }) => {
      const isHere = objects.has(oid);
      if (asked.operation === "upload") return { oid, size, actions: isHere ? {} : { upload: action(oid) } };
      if (!isHere) return { oid, size, error: { code: 404, message: `none for ${credential.password}` } };
      return { oid, size, actions: { download: action(oid) } };
    });
    response
      .writeHead(200, { "content-type": mediaType })
      .end(JSON.stringify({ transfer: "basic", objects: answered }));
  };
  proxy.forge.state.handle = (request, response) => {
    if (request.url !== "/app.git/info/lfs/objects/batch") return false;
    void batch(request, response);
    return true;
  };
  const post = (body: object, url = `${proxy.url}/info/lfs/objects/batch`) =>
    ask(url, { method: "POST", body: JSON.stringify(body), headers: { "content-type": mediaType } });
  return { ...proxy, objects, state, storageUrl, post };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test("the Git LFS client pushes and pulls files through the proxy", withLfs, async (t) => {
  const proxy = await makeLfsProxy(t);
  await cloneWork(proxy);
  await git(proxy.work, "lfs", "install", "--local");
  await git(proxy.work, "lfs", "track", "*.bin");
  const bytes = randomBytes(3 * 1024 ** 2);
  await commit(proxy.work, "large.bin", bytes);
  await git(proxy.work, "push", "--quiet", "origin", branch);
  assert.deepEqual(proxy.objects.get(oidOf(bytes)), bytes);
  assert.match(await git(proxy.bare, "show", `${branch}:large.bin`), /^version https:\/\/git-lfs/);
  const other = join(proxy.root, "other");
  await git(proxy.root, "clone", "--quiet", "--branch", branch, proxy.url, other);
  await git(other, "lfs", "install", "--local");
  await git(other, "lfs", "pull");
  assert.deepEqual(readFileSync(join(other, "large.bin")), bytes);
  for (const secret of ["storage-secret", credential.password, proxy.storageUrl])
    assert.ok(!proxy.seen().includes(secret));
});

test("hides the forge's object URLs and headers, and aborts a transfer that exceeds its declared size", async (t) => {
  const proxy = await makeLfsProxy(t);
  const bytes = randomBytes(1000);
  const oid = oidOf(bytes);
  proxy.objects.set(oid, bytes);
  const missing = "0".repeat(64);
  const answer = await proxy.post({
    operation: "download",
    objects: [
      { oid, size: 1000 },
      { oid: missing, size: 1 },
    ],
  });
  assert.equal(answer.status, 200);
  const answered = JSON.parse(answer.text);
  const { href } = answered.objects[0].actions.download;
  assert.ok(href.startsWith(`${proxy.url}/info/lfs/transfer/`));
  assert.deepEqual(answered.objects[1].error, { code: 404, message: "The forge rejected this object." });
  const got = await ask(href);
  assert.equal(got.text, bytes.toString("latin1"));
  proxy.state.lies = true;
  await assert.rejects(ask(href));
  assert.equal((await ask(href, { method: "PUT", body: "x" })).status, 405);
  for (const secret of ["storage-secret", credential.password, proxy.storageUrl])
    assert.ok(!proxy.seen().includes(secret));
});

test("rejects uploads to a read-only repository", async (t) => {
  const proxy = await makeLfsProxy(t, { isReadOnly: true });
  const upload = { operation: "upload", objects: [{ oid: "1".repeat(64), size: 1 }] };
  assert.equal((await proxy.post(upload)).status, 403);
  assert.equal(proxy.state.asked, 0);
  assert.equal((await proxy.post({ ...upload, operation: "download" })).status, 200);
});

test("rejects anything but a Git LFS request before contacting the forge", async (t) => {
  const proxy = await makeLfsProxy(t);
  const one = { oid: "1".repeat(64), size: 1 };
  for (const [body, status] of [
    [{ operation: "verify", objects: [one] }, 422],
    [{ operation: "download", objects: Array.from({ length: 1001 }, () => one) }, 422],
    [{ operation: "download", objects: [{ oid: "../../etc", size: 1 }] }, 422],
    [{ operation: "download", objects: [{ ...one, size: -1 }] }, 413],
    [{ operation: "upload", objects: [{ ...one, size: 2 ** 40 }] }, 413],
    [{ operation: "download", hash_algo: "md5", objects: [one] }, 422],
  ] as const)
    assert.equal((await proxy.post(body)).status, status, JSON.stringify(body).slice(0, 80));
  const locks = await ask(`${proxy.url}/info/lfs/locks/verify`, { method: "POST", body: "{}" });
  assert.deepEqual(
    [locks.status, JSON.parse(locks.text)],
    [404, { message: "Git LFS locks are not supported." }],
  );
  const unknown = `${proxy.url}/info/lfs/transfer/00000000-0000-0000-0000-000000000000`;
  assert.equal((await ask(unknown)).status, 404);
  assert.equal((await proxy.post({}, `${proxy.url.slice(0, -1)}2/info/lfs/objects/batch`)).status, 404);
  assert.equal(proxy.state.asked, 0);
});

test("reports that the built-in forge does not support Git LFS", async (t) => {
  const proxy = await makeLfsProxy(t, { isLocal: true });
  const { status, text } = await proxy.post({ operation: "download", objects: [] });
  assert.equal(status, 501);
  assert.match(text, /built-in forge does not support Git LFS/);
});

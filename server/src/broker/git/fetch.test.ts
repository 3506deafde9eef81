import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { createSpawnGit } from "../../git/process/spawn-git.ts";
import { flush, pktLine } from "../../host-git/pkt-line.ts";
import { ask, cloneWork, commit, git, makeGitProxy, startGit, tryGit } from "./git-proxy-fixture.ts";

for (const isLocal of [false, true]) {
  const where = isLocal ? "a local repository" : "a forge over HTTP";

  test(`serves full, shallow and partial clones over every protocol version (${where})`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    await git(proxy.person, "tag", "v1");
    await git(proxy.person, "push", "--quiet", "origin", "v1");
    for (const [index, options] of [
      [],
      ["--depth=1"],
      ["-c", "protocol.version=0"],
      ["-c", "protocol.version=1"],
      ["--filter=blob:none"],
    ].entries()) {
      const to = `clone-${index}`;
      await git(proxy.root, "clone", "--quiet", ...options, proxy.url, to);
      assert.equal(
        await git(join(proxy.root, to), "rev-parse", "v1"),
        await git(proxy.bare, "rev-parse", "main"),
      );
    }
  });

  test(`ten concurrent clones all succeed (${where})`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    await commit(proxy.person, "big.bin", randomBytes(2 * 1024 ** 2));
    await git(proxy.person, "push", "--quiet", "origin", "HEAD:main");
    const names = Array.from({ length: 10 }, (_, index) => `clone-${index}`);
    await Promise.all(names.map((name) => git(proxy.root, "clone", "--quiet", proxy.url, name)));
    for (const name of names) assert.ok(existsSync(join(proxy.root, name, "big.bin")));
  });

  test(`a compressed fetch with a long list of existing commits succeeds (${where})`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    await cloneWork(proxy);
    for (let index = 0; index < 60; index++)
      await git(proxy.work, "commit", "--quiet", "--allow-empty", "-m", String(index));
    const sha = await commit(proxy.person, "new", "new\n");
    await git(proxy.person, "push", "--quiet", "origin", "HEAD:main");
    await git(proxy.work, "fetch", "--quiet", "origin");
    assert.equal(await git(proxy.work, "rev-parse", "origin/main"), sha);
    if (!isLocal) assert.ok(proxy.forge.requests.every(({ headers }) => !headers["content-encoding"]));
  });

  test(`${where} controls which hidden refs and commits a fetch can request`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    const hidden = await commit(proxy.person, "hidden", "hidden\n");
    await git(proxy.person, "push", "--quiet", "origin", "HEAD:refs/hidden/one");
    await git(proxy.bare, "config", "uploadpack.hideRefs", "refs/hidden");
    await cloneWork(proxy);
    const byName = await tryGit(proxy.work, "fetch", "origin", "refs/hidden/one");
    assert.match(byName.text, /couldn't find remote ref refs\/hidden\/one/);
    const old = await tryGit(proxy.work, "-c", "protocol.version=0", "fetch", "origin", hidden);
    assert.match(old.text, /not our ref|does not allow request/);
    await git(proxy.bare, "config", "--unset", "uploadpack.hideRefs");
    await git(proxy.work, "fetch", "--quiet", "origin", "refs/hidden/one");
    assert.equal(await git(proxy.work, "rev-parse", "FETCH_HEAD"), hidden, "control");
  });
}

test("rejects other repositories, paths and methods with an explanation", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  const root = proxy.url.slice(0, -2);
  const { code, text } = await tryGit(proxy.root, "clone", `${root}/2`, "two");
  assert.notEqual(code, 0);
  assert.match(text, /This repository is not part of the session/);
  const refs = "info/refs?service=git-upload-pack";
  for (const path of [
    `/1/../1/${refs}`,
    `/%31/${refs}`,
    `/1/..%2f..%2fmirror.git/${refs}`,
    `//1/${refs}`,
    `/1.git/${refs}`,
    `/1/HEAD`,
    `/1/objects/info/packs`,
    `/2/info/lfs/objects/batch`,
    "/",
  ])
    assert.equal(await statusOf(proxy.url, path), 404, path);
  assert.equal((await ask(`${proxy.url}/info/refs`)).status, 403, "refuses the dumb protocol");
  assert.equal((await ask(`${proxy.url}/info/refs?service=git-upload-archive`)).status, 403);
  assert.equal((await ask(`${proxy.url}/${refs}&service=git-receive-pack`)).status, 403);
  assert.equal((await ask(`${proxy.url}/git-upload-pack`)).status, 405);
  assert.equal((await ask(`${proxy.url}/git-upload-pack`, { method: "POST" })).status, 415);
  assert.equal((await ask(`${proxy.url}/${refs}`)).status, 200, "control");
});

test("limits the size of a fetch request before and after decompression", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit, isLocal: true });
  const headers = { "content-type": "application/x-git-upload-pack-request", "content-encoding": "gzip" };
  const ask1 = (body: Buffer) => ask(`${proxy.url}/git-upload-pack`, { method: "POST", headers, body });
  // The whole request is valid, so only the size limit can reject it.
  const want = pktLine(`want ${await git(proxy.bare, "rev-parse", "main")}\n`);
  const bomb = gzipSync(Buffer.alloc(17 * 1024 ** 2, want));
  assert.ok(bomb.length < 1024 ** 2);
  assert.match((await ask1(bomb)).text, /ERR The request exceeds the limit of 16777216 bytes/);
  assert.match((await ask1(Buffer.from("this is not gzip"))).text, /ERR The body is not valid gzip/);
  assert.equal((await ask1(gzipSync(flush))).status, 200, "control");
});

test("terminates a client's git process when the client disconnects, and all git processes on close", async (t) => {
  const signals: AbortSignal[] = [];
  const running = new Set<Promise<unknown>>();
  const proxy = await makeGitProxy(t, {
    isLocal: true,
    createSpawnGit: (place) => {
      const spawnGit = createSpawnGit(place);
      return (command, signal) => {
        signals.push(signal);
        const started = spawnGit(command, signal);
        const exited = started.exited.catch(() => {});
        running.add(exited);
        exited.then(() => running.delete(exited));
        return started;
      };
    },
  });
  for (let index = 0; index < 8; index++)
    await commit(proxy.person, `big-${index}.bin`, randomBytes(4 * 1024 ** 2));
  await git(proxy.person, "push", "--quiet", "origin", "HEAD:main");
  // The client does not read the response, so git blocks while it sends the response.
  const socket = connect(join(proxy.root, "git.sock"));
  const want = await git(proxy.bare, "rev-parse", "main");
  const body = Buffer.concat([pktLine(`want ${want} side-band-64k ofs-delta\n`), flush, pktLine("done\n")]);
  socket.write(
    `POST /1/git-upload-pack HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-git-upload-pack-request\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  await new Promise((resolve) => socket.once("readable", resolve));
  assert.equal(running.size, 1, "control: the process is running");
  socket.destroy();
  await Promise.all(running);
  assert.ok(signals.at(-1)!.aborted);
  const clone = startGit(proxy.root, ["clone", "--quiet", proxy.url, "cut"]);
  await Promise.all([new Promise((resolve) => clone.once("close", resolve)), proxy.proxy.close()]);
  await Promise.all(running);
  assert.ok(!existsSync(join(proxy.root, "scratch")) && !existsSync(join(proxy.root, "git.sock")));
  assert.deepEqual(
    readdirSync(proxy.root).filter((name) => name.startsWith(".git-")),
    [],
  );
});

/** Sends the path unchanged. The usual clients normalize paths. */
function statusOf(url: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.once("error", reject);
    socket.once("data", (chunk) => {
      resolve(Number(String(chunk).split(" ")[1]));
      socket.destroy();
    });
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  });
}

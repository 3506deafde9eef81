import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { createGitHttp, type GitHttpOptions, type RefChange } from "./git-http.ts";
import { git, makeRepositories, silent } from "./testing/repository-fixture.ts";

const key = "an-api-key-of-tests";

async function serve(t: TestContext, change: Partial<GitHttpOptions> = {}) {
  const made = await makeRepositories(t);
  const asked: Parameters<GitHttpOptions["authorize"]>[0][] = [];
  const pushes: RefChange[] = [];
  const handle = createGitHttp({
    dataDir: made.dataDir,
    log: silent,
    authorize: async (access) => {
      asked.push(access);
      if (access.token !== key) return "unauthenticated";
      return access.owner === "acme" && access.name !== "unknown" ? "ok" : "not_found";
    },
    onPush: async (push) => void pushes.push(push),
    ...change,
  });
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const work = handle(request, response).finally(() => running.delete(work));
    running.add(work);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all(running);
  });
  const { port } = server.address() as AddressInfo;
  const url = (path: string, password = key) => `http://x:${password}@127.0.0.1:${port}${path}`;
  const clone = (to = "person", ...args: string[]) =>
    git(made.dataDir, "clone", "--quiet", ...args, url("/git/acme/app.git"), join(made.dataDir, to));
  return { ...made, asked, pushes, port, url, clone, running };
}

async function withCommit(t: TestContext, change: Partial<GitHttpOptions> = {}) {
  const served = await serve(t, change);
  await served.clone();
  await commit(served.person, "README.md", "# App\n");
  await git(served.person, "push", "--quiet", "origin", "HEAD:main");
  return served;
}

async function commit(directory: string, name: string, text: string | Buffer): Promise<string> {
  writeFileSync(join(directory, name), text);
  await git(directory, "add", "--all");
  await git(directory, "commit", "--quiet", "-m", name);
  return git(directory, "rev-parse", "HEAD");
}

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`x:${password}`).toString("base64")}`,
});

/** Sends a request with exactly this path. fetch would normalize the path. */
async function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: object; body?: Buffer } = {},
) {
  const request = httpRequest({
    port,
    host: "127.0.0.1",
    path,
    method: options.method ?? "GET",
    headers: { ...basic(key), ...options.headers },
  });
  request.end(options.body);
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return {
    status: response.statusCode,
    headers: response.headers,
    body: Buffer.concat(chunks).toString("latin1"),
  };
}

test("clones an empty repository, accepts a push and clones the result", async (t) => {
  const { clone, person, dataDir, pushes, asked } = await serve(t);
  await clone();
  const sha = await commit(person, "a.txt", "a\n");
  await git(person, "push", "--quiet", "origin", "HEAD:main");
  await clone("again");
  assert.equal(readFileSync(join(dataDir, "again/a.txt"), "utf8"), "a\n");
  assert.deepEqual(pushes, [
    { owner: "acme", name: "app", ref: "refs/heads/main", before: null, after: sha },
  ]);
  assert.deepEqual(new Set(asked.map(({ isWrite }) => isWrite)), new Set([false, true]));
});

test("accepts a large chunked push and returns the same bytes", async (t) => {
  const { person, clone, dataDir } = await withCommit(t);
  const noise = Buffer.alloc(20_000_000);
  for (let at = 0; at < noise.length; at += 4) noise.writeUInt32LE((at * 2654435761) >>> 0, at);
  await commit(person, "big.bin", noise);
  await git(person, "-c", "http.postBuffer=65536", "push", "--quiet", "origin", "HEAD:main");
  await clone("again");
  assert.ok(readFileSync(join(dataDir, "again/big.bin")).equals(noise));
});

test("finds a repository without the .git suffix and without the /git prefix", async (t) => {
  const { url, dataDir } = await withCommit(t);
  for (const path of ["/git/acme/app", "/acme/app.git", "/acme/app"])
    assert.match(await git(dataDir, "ls-remote", url(path)), /refs\/heads\/main/, path);
});

test("requests credentials if the key is missing or wrong", async (t) => {
  const { port, dataDir, url } = await withCommit(t);
  for (const headers of [
    { authorization: "" },
    basic("wrong"),
    { authorization: "Basic ???" },
    { authorization: "Bearer wrong" },
  ]) {
    const answer = await ask(port, "/git/acme/app.git/info/refs?service=git-upload-pack", { headers });
    assert.equal(answer.status, 401);
    assert.match(answer.headers["www-authenticate"], /^Basic realm=/);
  }
  await assert.rejects(
    git(dataDir, "clone", url("/git/acme/app.git", "wrong"), "x"),
    /Authentication failed/,
  );
});

test("accepts a bearer token instead of a password", async (t) => {
  const { port } = await withCommit(t);
  const headers = { authorization: `Bearer ${key}` };
  const answer = await ask(port, "/git/acme/app.git/info/refs?service=git-upload-pack", { headers });
  assert.equal(answer.status, 200);
});

test("responds with 404 for a missing repository and for an inaccessible one", async (t) => {
  const { port } = await serve(t);
  for (const path of ["/git/acme/unknown.git", "/git/acme/missing.git", "/git/other/app.git"])
    assert.equal((await ask(port, `${path}/info/refs?service=git-upload-pack`)).status, 404, path);
});

test("no path escapes the forge's folder", async (t) => {
  const { port, asked, dataDir } = await withCommit(t);
  await git(dataDir, "clone", "--quiet", "--bare", "person", "outside.git");
  const tail = "/info/refs?service=git-upload-pack";
  const paths = [
    "/git/../outside.git",
    "/git/acme/../outside.git",
    "/git/acme/..%2f..%2foutside.git",
    "/git/..%2f/outside.git",
  ];
  paths.push(
    "/git/./outside.git",
    "/git/acme/%2e%2e/outside.git",
    "/git//outside.git",
    "/git/acme/app.git/../../../outside.git",
  );
  paths.push(
    "/git/acme/app.git%00",
    "/git/acme\\..\\..\\outside.git",
    "/git/.acme/app.git",
    "/git/acme/.app.git",
  );
  for (const path of paths) assert.equal((await ask(port, path + tail)).status, 404, path);
  assert.ok(asked.every(({ name }) => name === "app"));
});

test("rejects paths, methods and content types outside the smart HTTP protocol", async (t) => {
  const { port } = await withCommit(t);
  const app = "/git/acme/app.git";
  for (const path of ["/HEAD", "/info/refs", "/objects/info/packs", "/config", "/info/refs?service=git-evil"])
    assert.equal((await ask(port, app + path)).status, 404, path);
  assert.equal((await ask(port, `${app}/git-upload-pack`)).status, 405);
  assert.equal((await ask(port, `${app}/info/refs?service=git-upload-pack`, { method: "POST" })).status, 405);
  assert.equal(
    (await ask(port, `${app}/git-upload-pack`, { method: "POST", body: Buffer.from("0000") })).status,
    415,
  );
});

test("uses protocol version 2 only on request", async (t) => {
  const { port } = await withCommit(t);
  const path = "/git/acme/app.git/info/refs?service=git-upload-pack";
  assert.match((await ask(port, path, { headers: { "git-protocol": "version=2" } })).body, /version 2/);
  assert.doesNotMatch((await ask(port, path)).body, /version 2/);
});

test("accepts compressed requests", async (t) => {
  const { port } = await withCommit(t);
  const headers = {
    "content-type": "application/x-git-upload-pack-request",
    "git-protocol": "version=2",
    "content-encoding": "gzip",
  };
  const body = gzipSync(Buffer.from("0014command=ls-refs\n0000"));
  const answer = await ask(port, "/git/acme/app.git/git-upload-pack", { method: "POST", headers, body });
  assert.equal(answer.status, 200);
  assert.match(answer.body, /refs\/heads\/main/);
});

test("serves shallow clones and accepts pushes from them", async (t) => {
  const { person, clone, dataDir, path } = await withCommit(t);
  await commit(person, "b.txt", "b\n");
  await git(person, "push", "--quiet", "origin", "HEAD:main");
  await clone("shallow", "--depth=1");
  const shallow = join(dataDir, "shallow");
  assert.equal(await git(shallow, "rev-list", "--count", "HEAD"), "1");
  const sha = await commit(shallow, "c.txt", "c\n");
  await git(shallow, "push", "--quiet", "origin", "HEAD:main");
  assert.equal(await git(path, "rev-parse", "main"), sha);
});

test("serves concurrent requests, and responds with 503 beyond the limit", async (t) => {
  const { clone } = await withCommit(t);
  await Promise.all(Array.from({ length: 6 }, (_, index) => clone(`clone-${index}`)));
  const full = await serve(t, { limits: { maxProcesses: 0 } });
  const answer = await ask(full.port, "/git/acme/app.git/info/refs?service=git-upload-pack");
  assert.equal(answer.status, 503);
  assert.equal(answer.headers["retry-after"], "1");
});

test("rejects a push that is too large, and rejects pushes to reserved refs", async (t) => {
  const { person, path } = await withCommit(t, { limits: { maxPackBytes: 5_000 } });
  await assert.rejects(git(person, "push", "origin", "HEAD:refs/pull/1/head"), /reserved for the forge/);
  const noise = randomBytes(20_000);
  await commit(person, "big.bin", noise);
  const small = await git(path, "rev-parse", "main");
  await assert.rejects(git(person, "push", "origin", "HEAD:main"), /exceeds maximum allowed size/);
  assert.equal(await git(path, "rev-parse", "main"), small);
});

test("does not run a repository's hooks", async (t) => {
  const { person, path, dataDir } = await withCommit(t);
  mkdirSync(join(path, "hooks"), { recursive: true });
  const ran = join(dataDir, "ran");
  writeFileSync(join(path, "hooks/pre-receive"), `#!/bin/sh\ntouch ${ran}\n`);
  chmodSync(join(path, "hooks/pre-receive"), 0o755);
  await commit(person, "b.txt", "b\n");
  await git(person, "push", "--quiet", "origin", "HEAD:main");
  assert.equal(existsSync(ran), false);
  await git(person, "push", "--quiet", path, "HEAD:refs/heads/control");
  assert.equal(existsSync(ran), true, "control: the hook works");
});

/** Starts a push whose body never arrives, so that git waits for it. */
async function beginPush(port: number) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(
    `POST /git/acme/app.git/git-receive-pack HTTP/1.1\r\nhost: x\r\nauthorization: ${basic(key).authorization}\r\n` +
      "content-type: application/x-git-receive-pack-request\r\ncontent-length: 1000\r\n\r\n00",
  );
  return socket;
}

test("terminates git when the client disconnects", async (t) => {
  const { port, running } = await withCommit(t);
  await Promise.all(running);
  const socket = await beginPush(port);
  while (running.size === 0) await new Promise((resolve) => setImmediate(resolve));
  const [work] = running;
  socket.destroy();
  // If this never resolves, the test times out.
  await work;
  assert.ok(!running.has(work!));
});

test("terminates git at the time limit", async (t) => {
  const { port } = await serve(t, { limits: { timeLimitMs: 50 } });
  const socket = await beginPush(port);
  await once(socket.resume(), "close");
});

test("hides an internal error's message", async (t) => {
  const authorize = async () => {
    throw new Error("an internal secret");
  };
  const { port } = await serve(t, { authorize });
  const answer = await ask(port, "/git/acme/app.git/info/refs?service=git-upload-pack");
  assert.equal(answer.status, 500);
  assert.doesNotMatch(answer.body, /secret/);
});

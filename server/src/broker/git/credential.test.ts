import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { createSpawnGit } from "../../git/process/spawn-git.ts";
import { credential } from "./forge-fixture.ts";
import { ask, branch, cloneWork, commit, git, makeGitProxy, tryGit } from "./git-proxy-fixture.ts";

const basic = Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
const secrets = [credential.password, basic];

/** Everything that the client was sent, and every file it wrote. */
function assertNothingOfIt(door: { work: string; seen(): string }, others: readonly string[] = []) {
  for (const secret of secrets) {
    assert.ok(!door.seen().includes(secret));
    for (const other of others) assert.ok(!other.includes(secret));
    const found = execFileSync("sh", ["-c", 'grep -rlF "$1" "$2" || true', "sh", secret, door.work]);
    assert.equal(found.toString(), "");
  }
}

test("the credential reaches the forge and nothing of it the client, whatever the client does", async (t) => {
  const door = await makeGitProxy(t, { createSpawnGit });
  await cloneWork(door);
  await commit(door.work, "a", "a\n");
  const said = [
    await tryGit(door.work, "push", "--verbose", "origin", branch),
    await tryGit(door.work, "push", "--verbose", "origin", "HEAD:main"),
    await tryGit(door.work, "fetch", "--verbose", "origin"),
    await tryGit(door.work, "remote", "--verbose"),
  ];
  assertNothingOfIt(
    door,
    said.map(({ text }) => text),
  );
  assert.ok(door.seen().includes("refs/heads/main"), "control: what was seen is there");
  assert.ok(!/www-authenticate|set-cookie/i.test(door.seen()));
  assert.ok(door.forge.requests.every(({ headers }) => headers.authorization === `Basic ${basic}`));
});

test("a client's own credential and cookies do not reach the forge", async (t) => {
  const door = await makeGitProxy(t, { createSpawnGit });
  const headers = { authorization: "Basic bWluZTptaW5l", cookie: "mine=1", "x-forwarded-for": "1.2.3.4" };
  const { status } = await ask(`${door.url}/info/refs?service=git-upload-pack`, { headers });
  assert.equal(status, 200);
  const [seen] = door.forge.requests;
  assert.equal(seen!.headers.authorization, `Basic ${basic}`);
  assert.equal(seen!.headers.cookie ?? seen!.headers["x-forwarded-for"], undefined);
});

test("a forge that refuses the credential makes git say so and never ask", async (t) => {
  const door = await makeGitProxy(t, { createSpawnGit });
  door.forge.state.answer = () => ({ status: 401, headers: { "www-authenticate": 'Basic realm="x"' } });
  const { text } = await tryGit(door.root, "clone", door.url, "work");
  assert.match(text, /The forge refused the session's access/);
  assert.doesNotMatch(text, /Username/);
});

test("a forge that repeats the credential does not tell the client", async (t) => {
  const door = await makeGitProxy(t, { createSpawnGit });
  await cloneWork(door);
  door.forge.state.answer = () => ({
    status: 500,
    headers: { "content-type": "text/plain", "x-echo": basic },
    body: `broken: ${basic} ${credential.password}`,
  });
  const { text } = await tryGit(door.work, "fetch", "origin");
  assert.match(text, /The forge answered 500. It says: broken: \*\*\* \*\*\*/);
  assertNothingOfIt(door, [text]);
});

test("a redirect is not followed, and leads the client nowhere", async (t) => {
  const door = await makeGitProxy(t, { createSpawnGit });
  door.forge.state.answer = (path) =>
    path.startsWith("/app.git")
      ? {
          status: 302,
          headers: { location: `${door.forge.url}/elsewhere/info/refs?service=git-upload-pack` },
        }
      : null;
  const { text } = await tryGit(door.root, "clone", door.url, "work");
  assert.match(text, /was renamed or moved; run "tembo integration sync"/);
  assert.ok(door.forge.requests.every(({ url }) => url.startsWith("/app.git")));
  assert.ok(!door.seen().includes("elsewhere"));
});

test("an answer that is not git's is not passed on", async (t) => {
  const door = await makeGitProxy(t, { createSpawnGit });
  door.forge.state.answer = () => ({
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<p>Sign in",
  });
  const { text } = await tryGit(door.root, "clone", door.url, "work");
  assert.match(text, /did not answer as a git server/);
  assert.ok(!door.seen().includes("Sign in"));
});

test("a push that the forge refuses, or that fails there, is told in git's words", async (t) => {
  const door = await makeGitProxy(t, { createSpawnGit });
  await cloneWork(door);
  await commit(door.work, "a", "a\n");
  door.forge.state.answer = (path) =>
    path.endsWith("/git-receive-pack")
      ? { status: 403, headers: { "content-type": "text/plain" }, body: "read only" }
      : null;
  const { text } = await tryGit(door.work, "push", "origin", branch);
  assert.match(text, /! \[remote rejected\].*\(The forge answered 403. It says: read only\)/);
  delete door.forge.state.answer;
  await git(door.work, "push", "--quiet", "origin", branch);
});

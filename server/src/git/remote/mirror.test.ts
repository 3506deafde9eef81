import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { commitAll, failsWith, makeWorld, plainGit, signal } from "../git-fixture.ts";

test("mirrors new, moved and deleted branches and new and deleted tags", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  plainGit(world.person, "push", "--quiet", "origin", "main:other");
  plainGit(world.person, "tag", "v1");
  plainGit(world.person, "push", "--quiet", "origin", "v1");
  commitAll(world.person, "Rewritten");
  plainGit(world.person, "commit", "--quiet", "--amend", "--allow-empty", "-m", "Rewritten again");
  plainGit(world.person, "push", "--quiet", "--force", "origin", "main");
  await world.fetch();
  assert.equal(world.at(world.site.mirrorPath, "show-ref"), world.at(world.remotePath, "show-ref"));
  plainGit(world.person, "push", "--quiet", "origin", ":other", ":v1");
  await world.fetch();
  assert.equal(world.at(world.site.mirrorPath, "show-ref"), world.at(world.remotePath, "show-ref"));
});

test("mirrors a branch whose name was previously a prefix of another branch's path", async (t) => {
  const world = makeWorld(t);
  plainGit(world.person, "push", "--quiet", "origin", "main:a/b");
  await world.fetch();
  plainGit(world.person, "push", "--quiet", "origin", ":a/b", "main:a");
  await world.fetch();
  assert.equal(world.at(world.site.mirrorPath, "show-ref"), world.at(world.remotePath, "show-ref"));
});

test("other users of the host can access a mirror by its path, but cannot list the mirrors", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  assert.equal(statSync(dirname(world.site.mirrorPath)).mode & 0o077, 0o011);
});

test("concurrent fetches of one mirror all succeed", async (t) => {
  const world = makeWorld(t);
  await Promise.all(Array.from({ length: 8 }, () => world.fetch()));
  await world.checkOut();
});

test("repairs an incomplete and locked mirror that a killed server left behind", async (t) => {
  const world = makeWorld(t);
  const mirror = world.site.mirrorPath;
  mkdirSync(join(mirror, "refs/heads"), { recursive: true });
  writeFileSync(join(mirror, "config"), "");
  await world.fetch();
  for (const left of ["packed-refs.lock", "shallow.lock", "HEAD.lock", "config.lock"])
    writeFileSync(join(mirror, left), "");
  mkdirSync(join(mirror, "refs/heads/x"), { recursive: true });
  writeFileSync(join(mirror, "refs/heads/next.lock"), "");
  writeFileSync(join(mirror, "objects/pack/tmp_pack_abc"), "x");
  plainGit(world.person, "push", "--quiet", "origin", "main:next");
  assert.throws(
    () => world.at(mirror, "update-ref", "refs/heads/next", "refs/heads/main"),
    /lock/,
    "control",
  );
  await world.fetch();
  assert.match(world.at(mirror, "show-ref"), /refs\/heads\/next/);
  assert.deepEqual(
    readdirSync(join(mirror, "objects/pack")).filter((name) => name.startsWith("tmp_")),
    [],
  );
});

test("repairs a mirror whose creation was interrupted, and keeps objects that workspaces borrow", async (t) => {
  const world = makeWorld(t);
  const mirror = world.site.mirrorPath;
  mkdirSync(mirror, { recursive: true });
  writeFileSync(join(mirror, "config.lock"), "");
  await world.fetch();
  const config = readFileSync(join(mirror, "config"), "utf8");
  assert.match(config, /denyNonFastforwards = true\n$/, "git writes this setting last");
  const borrowed = world.at(mirror, "rev-parse", "main");
  // Otherwise, the next fetch would fetch the commit again.
  plainGit(world.person, "commit", "--quiet", "--amend", "--message=another");
  plainGit(world.person, "push", "--quiet", "--force", "origin", "main");
  const interruptions: Readonly<Record<string, () => void>> = {
    "before the last settings": () =>
      writeFileSync(join(mirror, "config"), config.slice(0, config.indexOf("\tshared"))),
    "by a power failure": () => {
      for (const name of ["config", "HEAD"]) writeFileSync(join(mirror, name), "");
    },
    "by a power failure, after git wrote the settings": () => writeFileSync(join(mirror, "HEAD"), ""),
  };
  for (const [name, interrupt] of Object.entries(interruptions)) {
    interrupt();
    await world.fetch();
    assert.equal(readFileSync(join(mirror, "config"), "utf8"), config, name);
    assert.match(world.at(mirror, "show-ref"), /refs\/heads\/main/, name);
    assert.equal(world.at(mirror, "cat-file", "-t", borrowed.trim()).trim(), "commit", name);
  }
});

test("reports an unreachable remote with git's message, but without the credential", async (t) => {
  const world = makeWorld(t);
  const credential = { username: "x", password: "very-secret-token" };
  const remote = {
    kind: "https",
    url: "http://user:very-secret-token@127.0.0.1:9/a.git",
    credential,
  } as const;
  await assert.rejects(
    world.git.fetchMirror({ mirrorPath: world.site.mirrorPath, remote }, signal),
    (error) => {
      assert.ok(!String((error as Error).message).includes("very-secret-token"));
      return failsWith("git_failed", /git fetch failed: .*127\.0\.0\.1/)(error);
    },
  );
});

test("reports a rejected credential", async (t) => {
  const world = makeWorld(t);
  const server = createServer((_, response) =>
    response.writeHead(401, { "www-authenticate": "Basic" }).end(),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.git`;
  const remote = {
    kind: "https",
    url,
    credential: { username: "x", password: "very-secret-token" },
  } as const;
  const fetching = world.git.fetchMirror({ mirrorPath: world.site.mirrorPath, remote }, signal);
  await assert.rejects(fetching, failsWith("forge_unauthorized", /rejected the credential for a\./));
});

test("an aborted fetch fails with the signal's reason", async (t) => {
  const world = makeWorld(t);
  const stop = new AbortController();
  const fetching = world.git.fetchMirror(
    { mirrorPath: world.site.mirrorPath, remote: world.remote },
    stop.signal,
  );
  stop.abort(new Error("stopped by a person"));
  await assert.rejects(fetching, /stopped by a person/);
  await world.fetch();
});

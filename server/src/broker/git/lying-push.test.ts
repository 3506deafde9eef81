import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createSpawnGit } from "../../git/process/spawn-git.ts";
import { flush, pktLine } from "../../host-git/pkt-line.ts";
import { ask, branch, cloneWork, commit, git, makeGitProxy } from "./git-proxy-fixture.ts";

for (const isLocal of [false, true])
  test(`a push with a false old commit does not overwrite commits, ${isLocal ? "in a local repository" : "over HTTP"}`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    await cloneWork(proxy);
    const base = await git(proxy.work, "rev-parse", "HEAD");
    const first = await commit(proxy.work, "a", "a\n");
    await git(proxy.work, "push", "--quiet", "origin", branch);
    await git(proxy.work, "reset", "--quiet", "--hard", base);
    const other = await commit(proxy.work, "b", "b\n");
    const { stdout: pack } = spawnSync(
      "git",
      ["-C", proxy.work, "pack-objects", "--revs", "--stdout", "--quiet"],
      {
        input: `${other}\n^${base}\n`,
      },
    );
    const push = (old: string, next: string) =>
      ask(`${proxy.url}/git-receive-pack`, {
        method: "POST",
        headers: { "content-type": "application/x-git-receive-pack-request" },
        body: Buffer.concat([
          pktLine(`${old} ${next} refs/heads/${branch}\0 report-status side-band-64k`),
          flush,
          pack,
        ]),
      });
    // The client claims that the branch does not exist, is at its starting commit or is already at the pushed commit.
    for (const old of ["0".repeat(40), base, other]) {
      const { text } = await push(old, other);
      assert.match(text, new RegExp(`ng refs/heads/${branch}`), old);
      assert.equal(await git(proxy.bare, "rev-parse", branch), first, old);
    }
    await git(proxy.bare, "update-ref", `refs/heads/${branch}`, base);
    assert.match((await push(base, other)).text, new RegExp(`ok refs/heads/${branch}`), "control");
    assert.equal(await git(proxy.bare, "rev-parse", branch), other);
    const left = () =>
      readdirSync(join(proxy.root, "scratch"), { recursive: true })
        .map(String)
        .filter((name) => name.includes("incoming-") || /^[^/]*\.pack$/.test(name));
    // The proxy responds before it has cleaned up.
    while (left().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  });

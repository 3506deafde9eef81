import assert from "node:assert/strict";
import { test } from "node:test";
import { createSpawnGit } from "../../git/process/spawn-git.ts";
import { flush, pktLine } from "../../host-git/pkt-line.ts";
import { branch, cloneWork, commit, git, makeGitProxy, tryGit } from "./git-proxy-fixture.ts";
import { watchReport } from "./push/watch-report.ts";

for (const isLocal of [false, true]) {
  const where = isLocal ? "a local repository" : "a forge over HTTP";

  test(`reports an accepted push with the commit that it replaced (${where})`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    await cloneWork(proxy);
    const first = await commit(proxy.work, "a", "a\n");
    await git(proxy.work, "push", "--quiet", "origin", branch);
    const second = await commit(proxy.work, "b", "b\n");
    await git(proxy.work, "push", "--quiet", "origin", branch);
    assert.deepEqual(proxy.pushes, [
      { path: "/1", oldSha: null, newSha: first },
      { path: "/1", oldSha: first, newSha: second },
    ]);
  });

  test(`does not report a rejected push (${where})`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal });
    await cloneWork(proxy);
    await commit(proxy.work, "a", "a\n");
    await git(proxy.bare, "config", "receive.denyCurrentBranch", "refuse");
    await git(proxy.bare, "config", "core.bare", "true");
    await git(proxy.bare, "config", "receive.hideRefs", "refs/heads/tembo");
    const refused = await tryGit(proxy.work, "push", "origin", branch);
    assert.notEqual(refused.code, 0);
    if (isLocal) assert.match(refused.text, /protected branch: .*open a pull request/);
    assert.notEqual((await tryGit(proxy.work, "push", "origin", "HEAD:main")).code, 0);
    assert.deepEqual(proxy.pushes, []);
  });

  test(`rejects pushes to a read-only repository with an explanation (${where})`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal, isReadOnly: true });
    await cloneWork(proxy);
    await commit(proxy.work, "a", "a\n");
    const { code, text } = await tryGit(proxy.work, "push", "origin", branch);
    assert.notEqual(code, 0);
    assert.match(text, /is read-only in this session\. To change it, add its repository/);
    assert.deepEqual(await git(proxy.bare, "for-each-ref", "refs/heads/tembo"), "");
  });

  test(`accepts a fast-forward push and rejects an amended one with a shallow mirror (${where})`, async (t) => {
    const proxy = await makeGitProxy(t, { createSpawnGit, isLocal, mirrorDepth: 1 });
    for (const name of ["1", "2", "3"]) await commit(proxy.person, name, name);
    await git(proxy.person, "push", "--quiet", "origin", "HEAD:main");
    await git(proxy.mirrorPath, "fetch", "--quiet", "--depth=1", "origin");
    await cloneWork(proxy, "--depth=1");
    await commit(proxy.work, "a", "a\n");
    await git(proxy.work, "push", "--quiet", "origin", branch);
    await commit(proxy.work, "b", "b\n");
    await git(proxy.work, "push", "--quiet", "origin", branch);
    await git(proxy.work, "commit", "--quiet", "--amend", "-m", "other");
    const { code, text } = await tryGit(proxy.work, "push", "--force", "origin", branch);
    assert.notEqual(code, 0);
    assert.match(text, /non-fast-forward/);
    assert.equal(proxy.pushes.length, 2);
  });
}

test("parses a push report in pieces or sidebands, and forwards anything else unchanged", async () => {
  const command = { oldSha: "0".repeat(40), newSha: "1".repeat(40), ref: "refs/heads/x" };
  const report = Buffer.concat([pktLine("unpack ok\n"), pktLine("ok refs/heads/x\n"), flush]);
  const band = (bytes: Buffer, number = 1) => pktLine(Buffer.concat([Buffer.from([number]), bytes]));
  const banded = [
    band(Buffer.from("working"), 2),
    band(report.subarray(0, 9)),
    band(report.subarray(9)),
    flush,
  ];
  const reportedPushes = async (bytes: Buffer, capabilities: string[], pieceBytes = 3) => {
    let count = 0;
    const push = { commands: [command], shallow: [], capabilities, isSigned: false };
    const watch = watchReport(push, async () => void count++);
    const passed: Buffer[] = [];
    watch.on("data", (chunk) => passed.push(chunk));
    for (let at = 0; at < bytes.length; at += pieceBytes) watch.write(bytes.subarray(at, at + pieceBytes));
    watch.end();
    for await (const _ of watch);
    assert.deepEqual(Buffer.concat(passed), bytes);
    return count;
  };
  assert.equal(await reportedPushes(report, ["report-status"]), 1);
  assert.equal(await reportedPushes(Buffer.concat(banded), ["report-status", "side-band-64k"]), 1);
  assert.equal(await reportedPushes(Buffer.from("<html>unpack ok ok refs/heads/x"), ["report-status"]), 0);
  const failed = Buffer.concat([pktLine("unpack ok\n"), pktLine("ng refs/heads/x no\n"), flush]);
  assert.equal(await reportedPushes(failed, ["report-status"]), 0);
});

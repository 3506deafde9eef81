import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type TestContext, test } from "node:test";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { createGit } from "../git.ts";
import { author, committer, makeWorldWithCheckout, plainGit, read, shell, signal } from "../git-fixture.ts";

/** Creates a session with a captured turn whose data folder was moved to another path. */
async function restored(
  t: TestContext,
  change: (capturePath: string, mirrorPath: string) => void = () => {},
) {
  const world = await makeWorldWithCheckout(t);
  world.write("first.txt", "first\n");
  const { headSha } = await world.capture();
  change(world.site.capturePath, world.site.mirrorPath);
  const root = `${world.root}-restored`;
  execFileSync("cp", ["-a", world.root, root]);
  t.after(() => rmSync(root, { recursive: true, force: true }));
  renameSync(world.root, `${world.root}-gone`);
  t.after(() => rmSync(`${world.root}-gone`, { recursive: true, force: true }));
  const moved = (path: string) => join(root, relative(world.root, path));
  const site = {
    ...world.site,
    mirrorPath: moved(world.site.mirrorPath),
    checkoutPath: moved(world.site.checkoutPath),
    capturePath: moved(world.site.capturePath),
  };
  const log = { info() {}, warn() {}, error() {} };
  const { remote } = world;
  return {
    site,
    root,
    remote,
    headSha: headSha!,
    git: createGit({ log, dataDir: root, fetch: testOutbound().fetch }),
  };
}

async function continueSession({ site, git, remote, headSha, root }: Awaited<ReturnType<typeof restored>>) {
  const branch = "tembo/work";
  await git.fetchMirror({ mirrorPath: site.mirrorPath, remote }, signal);
  const publicUrl = "https://tembo.example/git/acme/app.git";
  const { isNew } = await git.createCheckout({ site, publicUrl, branch, baseBranch: "main" }, signal);
  assert.equal(isNew, false);
  // Runs the harness's own git, as in a sandbox.
  shell(
    site,
    "git log --oneline && echo second > second.txt && git add . && git -c user.name=x -c user.email=x@example.com commit -qm Second",
  );
  const next = await git.capture({ site, branch, message: "Work", author, committer }, signal);
  const pushed = await git.push(
    { site, remote, branch, rescueBranch: "r", sha: next.headSha!, author },
    signal,
  );
  assert.equal(pushed.outcome, "pushed");
  const path = join(root, "forge/acme/app.git");
  assert.equal(plainGit(root, "--git-dir", path, "rev-parse", "tembo/work~1"), headSha);
}

test("resumes a session after the data folder is restored to another path", async (t) => {
  const world = await restored(t);
  assert.throws(
    () => shell(world.site, "git log --oneline"),
    /bad object|unable to/,
    "control: git does not find the objects",
  );
  assert.doesNotMatch(read(join(world.site.capturePath, "objects/info/alternates")), /^\//);
  await continueSession(world);
});

test("resumes a session of an older version, whose data folder contains absolute mirror paths", async (t) => {
  const world = await restored(t, (capturePath, mirrorPath) =>
    writeFileSync(join(capturePath, "objects/info/alternates"), `${mirrorPath}/objects\n`),
  );
  assert.match(read(join(world.site.capturePath, "objects/info/alternates")), /^\//, "control");
  await continueSession(world);
});

test("leaves alternates and links that the harness created unchanged", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const own = join(world.site.checkoutPath, ".git/objects/info/alternates");
  const outside = join(world.root, "outside");
  writeFileSync(outside, "mine\n");
  for (const [plant, expected] of [
    ["echo /elsewhere/objects > .git/objects/info/alternates", "/elsewhere/objects\n"],
    [`ln -sf ${outside} .git/objects/info/alternates`, "mine\n"],
  ] as const) {
    shell(world.site, plant);
    await world.checkOut();
    assert.equal(readFileSync(own, "utf8"), expected);
  }
  assert.equal(readFileSync(outside, "utf8"), "mine\n");
});

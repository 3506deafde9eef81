import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  anyOwner,
  author,
  commitAll,
  committer,
  gitAsServer,
  hostUser,
  isRoot,
  makeWorld,
  plainGit,
  signal,
} from "../git-fixture.ts";
import { withSigner } from "./ssh-signer.ts";

/** A session, a key, and the file by which git knows whose key it is. */
async function keyed(t: TestContext, type = "ed25519") {
  const world = makeWorld(t);
  const keyFile = join(world.root, "key");
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", keyFile]);
  const allowed = join(world.root, "allowed_signers");
  writeFileSync(allowed, `${committer.email} ${readFileSync(`${keyFile}.pub`, "utf8")}`);
  await world.fetch();
  await world.checkOut();
  const key = readFileSync(keyFile, "utf8");
  return {
    ...world,
    key,
    captureSigned: (signingKey = key) => world.capture("Work", "tembo/work", signingKey),
    verify: (gitDir: string, sha: string) =>
      gitAsServer(
        world.root,
        "--git-dir",
        gitDir,
        "-c",
        `gpg.ssh.allowedSignersFile=${allowed}`,
        "verify-commit",
        sha,
      ),
    keyFolders: () => readdirSync(dirname(world.site.capturePath)).filter((name) => name.includes("key")),
  };
}

for (const type of ["ed25519", "ecdsa", "rsa"])
  test(`what is captured is signed with a key of ${type}, and the workspace follows`, async (t) => {
    const world = await keyed(t, type);
    world.write("new.txt", "new\n");
    const { headSha, notices } = await world.captureSigned();
    assert.deepEqual(notices, []);
    world.verify(world.site.capturePath, headSha!);
    assert.equal(world.harness("rev-parse", "HEAD"), headSha);
    assert.equal(world.harness("status", "--porcelain"), "");
    world.harness("fsck", "--strict");
    assert.deepEqual(world.keyFolders(), []);
  });

test("commits of the harness are made again, signed, with their files, words, authors and order", async (t) => {
  const world = await keyed(t);
  world.write("a.txt", "a\n");
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "--author=Zoë <zoe@example.com>", "-m", "Own ü\n\nBody\n");
  world.harness("checkout", "--quiet", "-b", "side", "HEAD~1");
  world.write("b.txt", "b\n");
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "-m", "Side");
  world.harness("checkout", "--quiet", "tembo/work");
  world.harness("merge", "--quiet", "--no-ff", "-m", "Join", "side");
  const format = "--format=%T|%an|%ae|%ad|%ce|%cd|%B";
  const before = world.harness("log", "--topo-order", format);
  const own = world.harness("rev-list", "origin/main..HEAD").split("\n");
  const { headSha } = await world.captureSigned();
  const signed = world
    .at(
      world.site.capturePath,
      "rev-list",
      headSha!,
      `^${world.at(world.site.mirrorPath, "rev-parse", "main")}`,
    )
    .split("\n");
  assert.equal(signed.length, own.length);
  assert.deepEqual(
    signed.filter((sha) => own.includes(sha)),
    [],
  );
  for (const sha of signed) world.verify(world.site.capturePath, sha);
  assert.equal(world.at(world.site.capturePath, "log", "--topo-order", format, headSha!), before);
  assert.equal(world.harness("rev-parse", "HEAD"), headSha);
  for (const sha of own) assert.throws(() => world.verify(`${world.site.checkoutPath}/.git`, sha), "control");
});

test("a second capture signs only what is new, and what a person made stays the person's", async (t) => {
  const world = await keyed(t);
  world.write("a.txt", "a\n");
  const first = (await world.captureSigned()).headSha!;
  world.harness("-c", "user.name=Ada", "commit", "--quiet", "--allow-empty", "-m", "Own");
  const foreign = plainGit(world.person, "rev-parse", "HEAD");
  world.write("b.txt", "b\n");
  const second = (await world.captureSigned()).headSha!;
  world.at(world.site.capturePath, "merge-base", "--is-ancestor", first, second);
  world.at(world.site.capturePath, "merge-base", "--is-ancestor", foreign, second);
  assert.equal(world.at(world.site.capturePath, "rev-list", "--count", `${first}..${second}`), "2");
  world.verify(world.site.capturePath, second);
  assert.deepEqual((await world.captureSigned()).headSha, second);
});

test("commits of others that the workspace fetched are not made again", async (t) => {
  const world = await keyed(t);
  writeFileSync(join(world.person, "theirs.txt"), "theirs\n");
  plainGit(world.person, "-c", "user.name=x", "add", "--all");
  const tree = plainGit(world.person, "write-tree");
  const theirs = execFileSync("git", ["commit-tree", "-p", "HEAD", "-m", "Theirs", tree], {
    cwd: world.person,
    ...(isRoot ? hostUser : {}),
    env: {
      PATH: process.env.PATH,
      GIT_AUTHOR_NAME: "Bo",
      GIT_AUTHOR_EMAIL: "bo@example.com",
      GIT_COMMITTER_NAME: "Bo",
      GIT_COMMITTER_EMAIL: "bo@example.com",
    },
    encoding: "utf8",
  }).trim();
  plainGit(world.person, "push", "--quiet", "origin", `${theirs}:refs/heads/main`);
  world.harness("fetch", "--quiet", anyOwner, `file://${world.remotePath}`, "main");
  world.harness("merge", "--quiet", "--ff-only", "FETCH_HEAD");
  world.write("ours.txt", "ours\n");
  const { headSha } = await world.captureSigned();
  assert.equal(world.at(world.site.capturePath, "rev-parse", `${headSha}~1`), theirs);
  world.verify(world.site.capturePath, headSha!);
});

test("a merge with a branch that moved is signed too", async (t) => {
  const world = await keyed(t);
  world.write("ours.txt", "ours\n");
  const { headSha } = await world.captureSigned();
  writeFileSync(join(world.person, "theirs.txt"), "theirs\n");
  commitAll(world.person, "Theirs");
  plainGit(world.person, "push", "--quiet", "origin", "HEAD:tembo/work");
  const { site, remote } = world;
  const pushed = await world.git.push(
    {
      site,
      remote,
      branch: "tembo/work",
      rescueBranch: "r",
      sha: headSha!,
      author: committer,
      signingKey: world.key,
    },
    signal,
  );
  assert.equal(pushed.outcome, "merged");
  world.verify(world.remotePath, pushed.sha);
});

test("a key that cannot sign leaves the commits unsigned and says so without telling it", async (t) => {
  const world = await keyed(t);
  world.write("new.txt", "new\n");
  const broken = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----";
  const { headSha, notices } = await world.captureSigned(broken);
  assert.match(notices.join(), /not signed: ssh-keygen cannot sign.*without a passphrase/);
  assert.ok(!notices.join().includes("c2VjcmV0"));
  assert.throws(() => world.verify(world.site.capturePath, headSha!));
  assert.equal(world.at(world.site.capturePath, "log", "-1", "--format=%an", headSha!), author.name);
  assert.deepEqual(world.keyFolders(), []);
});

test("the key lies where the server alone reads it, and what a killed server left is removed", async (t) => {
  const world = await keyed(t);
  const beside = world.site.capturePath;
  const left = `${beside}.key-left`;
  execFileSync("mkdir", [left]);
  writeFileSync(join(left, "key"), "old");
  await withSigner(world.key, beside, signal, async (sign) => {
    const [name] = world.keyFolders();
    assert.deepEqual(world.keyFolders().length, 1);
    const modes = execFileSync("stat", [
      "-c",
      "%a",
      `${dirname(beside)}/${name}`,
      `${dirname(beside)}/${name}/key`,
    ]);
    assert.equal(modes.toString(), "700\n600\n");
    assert.match(await sign(Buffer.from("x")), /^-----BEGIN SSH SIGNATURE-----/);
  });
  assert.deepEqual(world.keyFolders(), []);
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { configureHostGit, startProgram } from "../../host-git/host-git.ts";
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
import { signingLaunch, withSigner } from "./ssh-signer.ts";

/** Creates a session, a key and the file with which git verifies the key's owner. */
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
  test(`signs a captured commit with a key of type ${type} and updates the workspace`, async (t) => {
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

test("signs the harness's commits, and preserves their files, messages, authors and order", async (t) => {
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

test("signs only new commits in a second capture, and does not change people's commits", async (t) => {
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

test("does not rewrite other people's commits that the workspace fetched", async (t) => {
  const world = await keyed(t);
  writeFileSync(join(world.person, "theirs.txt"), "theirs\n");
  plainGit(world.person, "-c", "user.name=x", "add", "--all");
  const tree = plainGit(world.person, "write-tree");
  const otherCommit = execFileSync("git", ["commit-tree", "-p", "HEAD", "-m", "Theirs", tree], {
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
  plainGit(world.person, "push", "--quiet", "origin", `${otherCommit}:refs/heads/main`);
  world.harness("fetch", "--quiet", anyOwner, `file://${world.remotePath}`, "main");
  world.harness("merge", "--quiet", "--ff-only", "FETCH_HEAD");
  world.write("ours.txt", "ours\n");
  const { headSha } = await world.captureSigned();
  assert.equal(world.at(world.site.capturePath, "rev-parse", `${headSha}~1`), otherCommit);
  world.verify(world.site.capturePath, headSha!);
});

test("signs the merge commit with a moved branch", async (t) => {
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

test("leaves commits unsigned if the key is invalid, and reports the problem without the key", async (t) => {
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

test("makes the key file readable only by the server, and removes the key of a killed server", async (t) => {
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
    if (isRoot) assert.equal(statSync(join(dirname(beside), name!, "key")).uid, hostUser.uid);
  });
  assert.deepEqual(world.keyFolders(), []);
});

test("confines the signing program like host git, and gives it access only to the key's folder", {
  skip: !isRoot && "only root can run host git as another user",
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-key-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const secret = `${folder}.secret`;
  t.after(() => rmSync(secret, { force: true }));
  writeFileSync(secret, "another secret", { mode: 0o600 });
  const keyFile = join(folder, "key");
  writeFileSync(keyFile, "the key", { mode: 0o600 });
  const server = createServer((socket) => socket.on("error", () => {}).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const script = `cat ${keyFile} ${secret}; echo; echo user $(id -u); touch ${folder}/written && echo written
      perl -e 'socket S,2,1,0; print connect(S, pack("S n a4 x8", 2, ${port}, "\\x7f\\0\\0\\1")) ? "network\\n" : "no network\\n"'
      kill -0 ${process.pid} && echo server`;
  const look = async () => {
    const program = startProgram({ ...(await signingLaunch(keyFile)), argv: ["sh", "-c", script] });
    program.stdin!.end();
    const [output] = await Promise.all([text(program.stdout), program.exited]);
    return output.trim().split("\n");
  };
  assert.deepEqual(await look(), ["the key", `user ${hostUser.uid}`, "no network"]);
  await configureHostGit({ isConfined: false });
  t.after(() => configureHostGit({ isConfined: true }));
  // The first run made host git's user the owner of the key, so the owner is restored.
  for (const path of [folder, keyFile]) chownSync(path, 0, 0);
  const open = ["the keyanother secret", "user 0", "written", "network", "server"];
  assert.deepEqual(await look(), open, "control");
});

test("signs commits when namespaces are unavailable", async (t) => {
  const world = await keyed(t);
  await configureHostGit({ isConfined: false });
  t.after(() => configureHostGit({ isConfined: true }));
  world.write("new.txt", "new\n");
  const { headSha, notices } = await world.captureSigned();
  assert.deepEqual(notices, []);
  world.verify(world.site.capturePath, headSha!);
});

import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { startGit } from "./git-process.ts";
import { configureHostGit, whyUnconfined } from "./host-git.ts";
import { plantedCommand } from "./testing/planted-command.ts";

const isRoot = process.getuid?.() === 0;
const user = { uid: 4343, gid: 4343 };
const needsRoot = { skip: !isRoot && "only root can run host git as another user" };
const signal = new AbortController().signal;

/** Creates a data folder with a repository and with files that host git must not see. */
function makeData(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), "tembo-host-git-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  chmodSync(dataDir, 0o711);
  for (const folder of ["postgres", "sessions/other/workspace", "sessions/one/capture", "mirrors"])
    mkdirSync(join(dataDir, folder), { recursive: true });
  writeFileSync(join(dataDir, "master.key"), "the master key", { mode: 0o600 });
  writeFileSync(join(dataDir, "postgres/PG_VERSION"), "18");
  writeFileSync(join(dataDir, "sessions/other/workspace/secret.txt"), "another session's");
  const repository = join(dataDir, "sessions/one/capture/app.git");
  for (const folder of ["objects", "refs"]) mkdirSync(join(repository, folder), { recursive: true });
  writeFileSync(join(repository, "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(repository, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
  return { dataDir, repository };
}

/** Runs git with a planted command. Returns the output of git and of the command. */
async function planted(repository: string, script: string, as?: typeof user): Promise<string> {
  const git = startGit(
    { ...plantedCommand(repository, script), stdin: "ignore", timeLimitMs: 60_000, ...(as && { as }) },
    signal,
  );
  const [output, words] = await Promise.all([text(git.child.stdout), text(git.child.stderr), git.exited]);
  return output + words;
}

test(
  "a command that git is tricked into running can access only its repository, without privileges",
  needsRoot,
  async (t) => {
    const { dataDir, repository } = makeData(t);
    const server = createServer((socket) => socket.on("error", () => {}).end("reached"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    const { port } = server.address() as { port: number };
    const script = [
      `cat ${dataDir}/master.key`,
      `ls ${dataDir} ${dataDir}/sessions /home /root /etc/shadow ${tmpdir()}`,
      `cat ${dataDir}/postgres/PG_VERSION ${dataDir}/sessions/other/workspace/secret.txt`,
      "echo; echo user $(id -u) $(id -g) $(id -G)",
      // Tests the shell itself, because /proc is not visible.
      `perl -e 'socket S,2,1,0; print connect(S, pack("S n a4 x8", 2, ${port}, "\\x7f\\0\\0\\1")) ? "network\\n" : "no network: $!\\n"'`,
      `echo write > ${repository}/written; kill -0 ${process.pid} && echo server`,
    ].join("; ");
    const look = () => planted(repository, script);

    await configureHostGit({ user, isConfined: true, dataDir });
    assert.equal(await whyUnconfined(), null);
    const confined = await look();
    assert.doesNotMatch(confined, /the master key|another session's|^18$/m);
    assert.match(confined, new RegExp(`cannot access '${dataDir}/postgres|${dataDir}:\\nsessions`));
    assert.match(confined, /^user 4343 4343 4343$/m);
    assert.match(confined, /no network/);
    assert.doesNotMatch(confined, /^server$/m);
    assert.equal(statSync(join(repository, "written")).uid, user.uid);

    rmSync(join(repository, "written"));
    await configureHostGit({ user: null, isConfined: false, dataDir: null });
    t.after(() => configureHostGit({ user, isConfined: true }));
    const open = await look();
    assert.match(open, /the master key/, "control");
    assert.match(open, /another session's/, "control");
    assert.match(open, /^user 0 0/m, "control");
    assert.match(open, /^network$/m, "control");
    assert.match(open, /^server$/m, "control");
  },
);

test(
  "a command has no capabilities, cannot gain any, and cannot acquire another user's privileges",
  needsRoot,
  async (t) => {
    const { dataDir, repository } = makeData(t);
    // /proc is not visible, so the script uses system calls: PR_GET_NO_NEW_PRIVS, and an attempt to mount.
    const script = `perl -e 'print "nnp ", syscall(${process.arch === "x64" ? 157 : 167}, 39, 0, 0, 0, 0), "\\n"'; mount -t tmpfs none /tmp && echo mounted; unshare -m true && echo unshared; chown 0 ${repository}/HEAD && echo given; touch /usr/written && echo written`;
    await configureHostGit({ user, isConfined: true, dataDir });
    const printed = await planted(repository, script);
    assert.match(printed, /^nnp 1$/m);
    assert.doesNotMatch(printed, /^(?:mounted|unshared|given|written)$/m);
  },
);

test("makes the host git user the owner of a repository, without following links", needsRoot, async (t) => {
  const { dataDir, repository } = makeData(t);
  const outside = join(dataDir, "outside");
  writeFileSync(outside, "");
  symlinkSync(outside, join(repository, "refs/link"));
  await configureHostGit({ user, isConfined: true, dataDir });
  assert.equal(statSync(join(repository, "HEAD")).uid, 0);
  await planted(repository, "true");
  for (const path of ["", "HEAD", "objects", "refs"])
    assert.equal(statSync(join(repository, path)).uid, user.uid);
  assert.equal(statSync(outside).uid, 0);
});

test(
  "without namespaces, the host git user can access its repository but not the master key",
  needsRoot,
  async (t) => {
    const { dataDir, repository } = makeData(t);
    chmodSync(join(dataDir, "sessions/one/capture"), 0o700);
    await configureHostGit({ user, isConfined: false, dataDir });
    t.after(() => configureHostGit({ isConfined: true }));
    assert.equal(await whyUnconfined(), "it is not wanted");
    const printed = await planted(
      repository,
      `cat ${dataDir}/master.key; echo w > ${repository}/written; id -u`,
    );
    assert.doesNotMatch(printed, /the master key/);
    assert.match(printed, /^4343$/m);
    assert.equal(readFileSync(join(repository, "written"), "utf8"), "w\n");
    assert.equal(statSync(repository).mode & 0o777, 0o700);
  },
);

test("does not run git in a folder outside the data folder", needsRoot, async (t) => {
  const { dataDir, repository } = makeData(t);
  await configureHostGit({ user, isConfined: true, dataDir: join(dataDir, "elsewhere") });
  await assert.rejects(planted(repository, "true"), {
    code: "git_failed",
    message: /outside the data folder/,
  });
});

test("a command cannot trace another command of the same user", needsRoot, async (t) => {
  const { dataDir, repository } = makeData(t);
  // Tries PTRACE_SEIZE on a waiting child, which requires only the same user.
  const number = process.arch === "x64" ? 101 : 117;
  const look = `perl -e 'my $pid = fork; if (!$pid) { sleep 1000 } print syscall(${number}, 0x4206, $pid, 0, 0) == 0 ? "seen" : "refused: $!"; kill 9, $pid'`;
  await configureHostGit({ user, isConfined: true, dataDir });
  assert.match(await planted(repository, look), /^refused: Operation not permitted/);
  await configureHostGit({ user: null, isConfined: false, dataDir: null });
  t.after(() => configureHostGit({ user, isConfined: true }));
  assert.match(await planted(repository, look), /^seen/, "control");
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { Sandbox, SandboxFolder } from "../../core/turns/index.ts";
import { foldersOf, makeDataDir, run, shell } from "../testing/run-in-sandbox.ts";
import type { Suite } from "./suite.ts";

const never = new AbortController().signal;

export function testFiles(suite: Suite): void {
  suite("imports files, lets programs change them, and exports the result", async (t, { sandbox }) => {
    await shell(sandbox, "echo old > old; mkdir folder; echo old > folder/old");
    const folder = await makeDataDir(t);
    mkdirSync(join(folder, "folder"));
    writeFileSync(join(folder, "folder", "one"), "one\n", { mode: 0o755 });
    symlinkSync("folder/one", join(folder, "link"));
    await sandbox.importFolder("workspace", archiveOf(folder), never);
    const { stdout } = await shell(
      sandbox,
      "find . -type f; cat link; stat -c %a folder/one; id -u; stat -c %u folder/one",
    );
    const [files, content, mode, user, owner] = stdout.trim().split("\n");
    assert.deepEqual([files, content, mode], ["./folder/one", "one", "755"]);
    assert.equal(owner, user);
    await shell(
      sandbox,
      "echo two >> folder/one; rm link; dd if=/dev/zero of=large bs=1M count=5 2>/dev/null",
    );
    const out = await unpack(t, sandbox, "workspace");
    assert.equal(out("cat", "folder/one"), "one\ntwo\n");
    assert.equal(out("stat", "-c", "%a %s", "folder/one", "large"), "755 8\n644 5242880\n");
    assert.equal(out("ls"), "folder\nlarge\n");
  });

  suite("imports files with idle priority", async (t, { sandbox }) => {
    await shell(sandbox, 'echo old > "$HOME/old"');
    const folder = await makeDataDir(t);
    writeFileSync(join(folder, "one"), "one\n", { mode: 0o600 });
    await sandbox.importFolder("home", archiveOf(folder), never, "idle");
    const { stdout } = await shell(sandbox, 'cd "$HOME"; cat one; stat -c %a one; ls old 2>/dev/null');
    assert.equal(stdout, "one\n600\n");
  });

  suite("keeps HOME separate from the workspace", async (t, { sandbox }) => {
    await shell(sandbox, 'echo work > file; echo home > "$HOME/file"');
    const [workspace, home] = [await unpack(t, sandbox, "workspace"), await unpack(t, sandbox, "home")];
    assert.deepEqual([workspace("cat", "file"), home("cat", "file")], ["work\n", "home\n"]);
  });

  suite("omits files that its programs cannot read", async (t, { sandbox }) => {
    await shell(sandbox, "echo x > closed; chmod 000 closed; mkfifo pipe; echo open > open");
    assert.equal((await unpack(t, sandbox, "workspace"))("cat", "open"), "open\n");
  });

  suite("rejects an invalid or incomplete archive, and explains why", async (_t, { sandbox }) => {
    const send = (archive: AsyncIterable<Buffer>) => sandbox.importFolder("workspace", archive, never);
    await assert.rejects(send(chunks(Buffer.alloc(100_000, "no tar"))), {
      code: "sandbox_unavailable",
      message: /sandbox's workspace: tar: /,
    });
    const brokenOff = async function* () {
      yield Buffer.alloc(512);
      throw new Error("the disk is gone");
    };
    await assert.rejects(send(brokenOff()), { message: "the disk is gone" });
  });

  suite("aborts a transfer when the signal aborts", async (_t, { sandbox }) => {
    const abort = new AbortController();
    const endless = async function* () {
      abort.abort(new Error("enough"));
      yield Buffer.alloc(1024);
      await new Promise(() => {});
    };
    await assert.rejects(sandbox.importFolder("workspace", endless(), abort.signal), { message: "enough" });
  });

  suite("does not write through a link in an archive", async (t, { sandbox }) => {
    await shell(sandbox, 'echo before > "$HOME/file"');
    const folder = await makeDataDir(t);
    symlinkSync(sandbox.homePath, join(folder, "way"));
    const first = archiveBytes(folder);
    const inner = await makeDataDir(t);
    mkdirSync(join(inner, "way"));
    writeFileSync(join(inner, "way", "file"), "after\n");
    writeFileSync(join(inner, "beside"), "beside\n");
    // Combines both attacks: a link, and then a file whose path contains that link.
    const both = Buffer.concat([withoutEnd(first), archiveBytes(inner)]);
    await sandbox.importFolder("workspace", chunks(both), never).catch(() => {});
    assert.equal((await run(sandbox, ["cat", `${sandbox.homePath}/file`])).stdout, "before\n");
    assert.equal(
      (await run(sandbox, ["cat", "beside"])).stdout,
      "beside\n",
      "control: both archives were unpacked",
    );
  });

  suite("lets the workspace's owner change files while programs are paused", async (_t, {
    sandbox,
    dataDir,
  }) => {
    const kept = (path: string) => join(foldersOf(dataDir).workspacePath, path);
    const script = "mkdir in; cd in; echo up; read word; cat file";
    const program = sandbox.spawn({ argv: ["sh", "-c", script], cwd: sandbox.workspacePath, env: {} }, never);
    const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, "up");
    await shell(sandbox, "echo one > in/file; echo gone > gone; ln -s file in/link");
    assert.equal(await sandbox.pause(), true);
    assert.equal(readFileSync(kept("in/file"), "utf8"), "one\n");
    assert.equal(readlinkSync(kept("in/link")), "file");
    rmSync(kept("gone"));
    writeFileSync(kept("in/file"), "two, by its keeper\n");
    writeFileSync(kept("new"), "new\n", { mode: 0o644 });
    await sandbox.resume();
    const { stdout } = await shell(sandbox, "cat in/link new; ls; stat -c %a .");
    assert.equal(stdout, "two, by its keeper\nnew\nin\nnew\n700\n");
    program.stdin.end("go on\n");
    assert.equal(
      (await lines.next()).value,
      "two, by its keeper",
      "the program reads the file in its working directory",
    );
    assert.equal((await program.exited).code, 0);
    await shell(sandbox, 'echo last > last; echo home > "$HOME/file"');
    await sandbox.stop();
    assert.equal(readFileSync(kept("last"), "utf8"), "last\n");
    assert.equal(readFileSync(join(foldersOf(dataDir).homePath, "file"), "utf8"), "home\n");
  });

  suite("reads a file in the workspace or in HOME, but does not follow links out of them", async (_t, {
    sandbox,
  }) => {
    await shell(
      sandbox,
      'mkdir dir; printf work > dir/file; printf home > "$HOME/file"; ln -s /etc/passwd link; mkfifo pipe',
    );
    const read = async (path: string) => (await sandbox.readFile(path, 10))?.toString() ?? null;
    assert.equal(await read(`${sandbox.workspacePath}/dir/file`), "work");
    assert.equal(await read(`${sandbox.homePath}/file`), "home");
    for (const path of ["link", "dir", "pipe", "missing"])
      assert.equal(await read(`${sandbox.workspacePath}/${path}`), null, path);
    assert.equal(await read("/etc/passwd"), null);
    await shell(sandbox, "printf 12345678901 > long");
    await assert.rejects(read(`${sandbox.workspacePath}/long`), {
      code: "invalid_input",
      message: /^long exceeds the limit/,
    });
  });
}

function archiveBytes(folder: string): Buffer {
  return execFileSync("tar", ["--create", "--directory", folder, "--exclude=./run", "."]);
}

const archiveOf = (folder: string) => chunks(archiveBytes(folder));

/** Removes the zero blocks at the end of an archive, so that another archive can follow. */
function withoutEnd(archive: Buffer): Buffer {
  let end = archive.length;
  while (end >= 512 && archive.subarray(end - 512, end).every((byte) => byte === 0)) end -= 512;
  return archive.subarray(0, end);
}

async function* chunks(bytes: Buffer): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}

/** Exports a folder from the sandbox, unpacks it and returns a function that runs a program in it. */
async function unpack(t: TestContext, sandbox: Sandbox, folder: SandboxFolder) {
  const cwd = await makeDataDir(t);
  const archive = await buffer(sandbox.exportFolder(folder, never));
  execFileSync("tar", ["--extract", "--preserve-permissions", "--exclude=./run"], { cwd, input: archive });
  execFileSync("rmdir", ["run"], { cwd });
  return (program: string, ...args: string[]) => execFileSync(program, args, { cwd, encoding: "utf8" });
}

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { join as joinFiles, pack, split, unpack } from "./archive.ts";

const bytes = 64 * 1024 ** 2;

test("restores a sparse file without filling its holes", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-archive-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  for (const path of [from, to]) mkdirSync(path);
  writeFileSync(join(from, "holes"), "begin");
  truncateSync(join(from, "holes"), bytes);
  writeFileSync(join(from, "whole"), Buffer.alloc(bytes / 8, "x"));
  const file = join(folder, "packed.tar.zst");
  await pack({ folder: from }, file);
  await unpack(file, to);
  const [holes, whole] = [statSync(join(to, "holes")), statSync(join(to, "whole"))];
  assert.equal(holes.size, bytes);
  assert.ok(holes.blocks * 512 < 1024 ** 2, `${holes.blocks} blocks`);
  assert.equal(whole.size, bytes / 8);
  assert.ok(whole.blocks * 512 >= bytes / 8, "control");
});

test("reports that tar is missing", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-archive-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { PATH } = process.env;
  t.after(() => {
    process.env.PATH = PATH;
  });
  const file = join(folder, "packed");
  process.env.PATH = "/missing";
  const expected = {
    code: "unavailable",
    message: /^(tar|find) could not be started: .*ENOENT. Install (tar|findutils)[.]$/,
  };
  await assert.rejects(pack({ folder }, file), expected);
  await assert.rejects(unpack(file, folder), expected);
  await assert.rejects(joinFiles(folder, ["packed"], join(folder, "joined")), expected);
});

test("omits and counts paths that tar cannot unpack", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-archive-"));
  // Node cannot delete such paths.
  t.after(() => execFileSync("rm", ["-rf", folder]));
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  for (const path of [from, to]) mkdirSync(path);
  const name = "d".repeat(200);
  const script = `for (1..30) { mkdir $ARGV[0] or die; open F, ">", "file" or die; chdir $ARGV[0] or die }`;
  execFileSync("perl", ["-e", script, name], { cwd: from });
  const plain = join(folder, "plain.tar");
  execFileSync("tar", ["-C", from, "-cf", plain, "."]);
  const options = { cwd: to, stdio: "pipe" } as const;
  assert.throws(() => execFileSync("tar", ["-xf", plain], options), /File name too long/, "control");
  execFileSync("sh", ["-c", "rm -rf *"], { cwd: to });

  const file = join(folder, "packed.tar.zst");
  const { omitted } = await pack({ folder: from }, file);
  assert.deepEqual([omitted.unreadable, omitted.tooLong], [0, 1], "a folder counts once");
  assert.ok(omitted.examples.every((path) => path.startsWith(name.slice(0, 100)) && path.length < 300));
  await unpack(file, to);
  const count = (path: string) =>
    execFileSync("find", [path, "-name", "file"]).toString().trim().split("\n").length;
  assert.equal(count(to), 20);
  assert.equal(count(from), 30, "control");
});

test("omits, counts and names files that cannot be read", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-archive-"));
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  const [from, to, bin] = [join(folder, "from"), join(folder, "to"), join(folder, "bin")];
  for (const path of [from, to, bin]) mkdirSync(path);
  for (const path of ["closed", "open"]) writeFileSync(join(from, path), path);
  mkdirSync(join(from, "folder"));
  const file = join(folder, "packed.tar.zst");
  assert.deepEqual((await pack({ folder: from }, file)).omitted, { unreadable: 0, tooLong: 0, examples: [] });
  for (const path of ["closed", "folder"]) chmodSync(join(from, path), 0);
  if (process.getuid?.() === 0) {
    // Root can read all files, so another user runs tar.
    const program = `#!/bin/sh\nPATH=$ORIGINAL\nexec setpriv --reuid=65534 --regid=65534 --clear-groups tar "$@"\n`;
    writeFileSync(join(bin, "tar"), program.replace("$ORIGINAL", process.env.PATH!), { mode: 0o755 });
  }
  const { PATH } = process.env;
  process.env.PATH = `${bin}:${PATH}`;
  t.after(() => {
    process.env.PATH = PATH;
  });
  rmSync(file);
  const { omitted } = await pack({ folder: from }, file);
  chmodSync(join(from, "folder"), 0o755);
  assert.deepEqual(
    { ...omitted, examples: omitted.examples.toSorted() },
    {
      unreadable: 2,
      tooLong: 0,
      examples: ["closed", "folder"],
    },
  );
  process.env.PATH = PATH;
  await unpack(file, to);
  assert.deepEqual(readdirSync(to), ["open"]);
});

test("names an archive that ends too early, or that is no archive", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-archive-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  for (const path of [from, to]) mkdirSync(path);
  for (const name of ["first", "second"]) writeFileSync(join(from, name), Buffer.alloc(20_000, name));
  const file = join(folder, "joined.tar");
  await joinFiles(from, ["first", "second"], file);
  const whole = readFileSync(file);
  await split(file, to);
  assert.ok(existsSync(join(to, "second")), "control");
  const isRejected = async (content: Buffer | string, message: RegExp) => {
    writeFileSync(file, content);
    await assert.rejects(split(file, to, ["first", "second"]), { code: "invalid_input", message });
  };
  await isRejected(whole.subarray(0, 30_000), /joined\.tar is incomplete: it ends too early\. Copy it again/);
  await isRejected(whole.subarray(0, 20_992), /joined\.tar is incomplete, or is not a backup/);
  await isRejected("", /joined\.tar is incomplete, or is not a backup/);
  await isRejected("other text", /joined\.tar is incomplete, or is not a backup/);
});

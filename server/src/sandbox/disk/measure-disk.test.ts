import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, cp, link, mkdir, rename, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { prepareRuntime } from "../prepare-runtime.ts";
import { measureDisk, type Usage } from "./measure-disk.ts";
import { makeFolder, mountSmallDisk, runProgram } from "./testing/small-disk.ts";

const mib = 1024 ** 2;
const everything = { diskBytes: Number.MAX_SAFE_INTEGER, files: Number.MAX_SAFE_INTEGER };
const mmapNumber = process.arch === "arm64" ? 222 : 9;
const asRoot = { skip: process.getuid!() !== 0 && "needs root" };

test("counts blocks instead of file lengths, and counts a file with several hard links once", async (t) => {
  const folder = await makeFolder(t);
  const before = await measure([folder]);
  assert.equal(before.files, 1);
  await fill(join(folder, "file"), 3 * mib);
  await link(join(folder, "file"), join(folder, "second"));
  await link(join(folder, "file"), join(folder, "third"));
  await writeFile(join(folder, "hole"), "");
  await truncate(join(folder, "hole"), 1_000 * mib);
  const after = await measure([folder]);
  assert.equal(after.files, 3);
  assert.ok(Math.abs(after.bytes - before.bytes - 3 * mib) < mib / 4, String(after.bytes));
  assert.equal(after.isPartial, false);
});

test("sums several folders", async (t) => {
  const [one, two] = [await makeFolder(t), await makeFolder(t)];
  await fill(join(one, "file"), mib);
  await fill(join(two, "file"), mib);
  const { bytes, files } = await measure([one, two]);
  assert.equal(files, 4);
  assert.ok(bytes >= 2 * mib);
});

test("does not follow links or enter other file systems", asRoot, async (t) => {
  const folder = await makeFolder(t);
  const outside = await makeFolder(t);
  await fill(join(outside, "file"), 4 * mib);
  await symlink(outside, join(folder, "way"));
  await symlink(join(outside, "file"), join(folder, "file"));
  await symlink(folder, join(folder, "round"));
  const other = await mountSmallDisk(t, "size=16m");
  await fill(join(other, "file"), 4 * mib);
  await mkdir(join(folder, "mount"));
  await runProgram("mount", ["--bind", other, join(folder, "mount")]);
  const { bytes, files } = await measure([folder]);
  assert.equal(files, 5);
  assert.ok(bytes < mib);
  await fill(join(folder, "own"), 4 * mib);
  assert.ok((await measure([folder])).bytes >= 4 * mib, "control");
});

test("does not follow a folder that is replaced by a link during the measurement", async (t) => {
  const folder = await makeFolder(t);
  const outside = await makeFolder(t);
  await fill(join(outside, "file"), 8 * mib);
  await mkdir(join(folder, "swapped"));
  await symlink(outside, join(folder, "link"));
  let isOver = false;
  const swap = async () => {
    while (!isOver) {
      await rename(join(folder, "swapped"), join(folder, "aside"));
      await rename(join(folder, "link"), join(folder, "swapped"));
      await rename(join(folder, "swapped"), join(folder, "link"));
      await rename(join(folder, "aside"), join(folder, "swapped"));
    }
  };
  const swapping = swap();
  try {
    for (let index = 0; index < 30; index++) assert.ok((await measure([folder])).bytes < mib);
  } finally {
    isOver = true;
    await swapping;
  }
  assert.ok(
    (await measure([outside])).bytes >= 8 * mib,
    "control: measures the large file if it is included",
  );
});

test("measures files with unusual names, and files in inaccessible folders", async (t) => {
  const folder = await makeFolder(t);
  for (const name of ["line\n1 99999999\n", "-delete", "a\n\nb", "\\n"]) await fill(join(folder, name), mib);
  await mkdir(join(folder, "closed"));
  await fill(join(folder, "closed", "file"), 4 * mib);
  await chmod(join(folder, "closed"), 0);
  const { bytes, files } = await measure([folder]);
  assert.equal(files, 7);
  assert.ok(bytes >= 8 * mib && bytes < 9 * mib, String(bytes));
});

test("measures inaccessible folders without root", asRoot, async (t) => {
  const folder = await makeFolder(t);
  await mkdir(join(folder, "closed"));
  await fill(join(folder, "closed", "file"), 4 * mib);
  for (const path of ["closed/file", "closed", "."]) await chown(join(folder, path), 300_001, 300_001);
  await chmod(join(folder, "closed"), 0);
  const asUser = ["--reuid", "300001", "--regid", "300001", "--clear-groups", "--"];
  // The user may not have access to the project's folder, so the test copies the project and Node to another folder.
  const copy = await makeFolder(t);
  await chmod(copy, 0o755);
  await cp(new URL("../../", import.meta.url), join(copy, "src"), { recursive: true });
  const node = await prepareRuntime(copy);
  const script = measureAlone(pathToFileURL(join(copy, "src/sandbox/disk/measure-disk.ts")));
  const measured = await runProgram(
    "setpriv",
    [...asUser, node, "--input-type=module", "-e", script, folder],
    {
      cwd: copy,
    },
  );
  assert.equal(JSON.parse(measured.stdout).files, 3);
  const plain = await runProgram("setpriv", [...asUser, "find", folder]).catch((error) => error);
  assert.equal(
    plain.stdout.trim().split("\n").length,
    2,
    "control: a plain find cannot read the closed folders",
  );
});

test("measures folders nested deeper than the maximum path length", async (t) => {
  const folder = await makeFolder(t);
  const script = `cd "$1"; name=$(printf %0200d 0); for i in $(seq 200); do mkdir $name; cd -P ./$name; done; echo`;
  await runProgram("bash", ["-c", script, "bash", folder]);
  assert.equal((await measure([folder])).files, 201);
});

test("stops early above the limits or when aborted", async (t) => {
  const folder = await makeFolder(t);
  await runProgram("sh", ["-c", 'cd "$1"; seq 30000 | xargs touch', "sh", folder]);
  const over = await measure([folder], { bounds: { ...everything, files: 100 } });
  assert.equal(over.isPartial, true);
  assert.equal(over.files, 101);
  assert.equal((await measure([folder], { signal: AbortSignal.abort() })).files, 0);
  assert.equal((await measure([folder])).files, 30_001, "control");
});

test("counts a deleted file only once if a program holds it open through two descriptors", async (t) => {
  const folder = await makeFolder(t);
  const script = 'exec 5>"$1"; exec 6>&5; rm "$1"; head -c 8M /dev/zero >&5; echo up; read word';
  const program = spawn("bash", ["-c", script, "bash", join(folder, "file")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.after(() => program.kill("SIGKILL"));
  await once(program.stdout, "data");
  const held = await measure([folder], { pids: [program.pid!, 999_999_999] });
  assert.ok(held.bytes >= 8 * mib && held.bytes < 9 * mib, String(held.bytes));
  assert.equal(held.files, 2);
  assert.ok(
    (await measure([folder])).bytes < mib,
    "control: a measurement of the folder does not find the file",
  );
});

test(
  "counts a deleted file that a program has mapped and closed, but not the program's shared memory",
  asRoot,
  async (t) => {
    const folder = await makeFolder(t);
    // Calls mmap(2) by number, because Perl has no function for it. Maps 64 MiB of shared memory and touches each page.
    const script = `open(my $f, "+>", $ARGV[0]) or die; print $f "x" x (8 << 20); $f->flush;
    my $file = syscall(${mmapNumber}, 0, 4096, 1, 1, fileno($f), 0); close $f; unlink $ARGV[0];
    my $memory = syscall(${mmapNumber}, 0, 64 << 20, 3, 0x8021, -1, 0); die if $file < 0 || $memory < 0;
    $| = 1; print "up\\n"; <STDIN>`;
    const program = spawn("/usr/bin/perl", ["-MIO::Handle", "-e", script, join(folder, "file")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    t.after(() => program.kill("SIGKILL"));
    await once(program.stdout, "data");
    const held = await measure([folder], { pids: [program.pid!] });
    assert.ok(held.bytes >= 8 * mib && held.bytes < 9 * mib, String(held.bytes));
    assert.ok(
      (await measure([folder])).bytes < mib,
      "control: a measurement of the folder does not find the file",
    );
  },
);

test("explains why a folder cannot be measured", async () => {
  const result = await measureDisk({ ...input, paths: ["/no/such/folder"] });
  assert.match(String(result), /no\/such\/folder.*No such file/);
});

const input = { pids: [], bounds: everything, signal: new AbortController().signal };

async function measure(paths: readonly string[], changes: object = {}): Promise<Usage> {
  const result = await measureDisk({ ...input, paths, ...changes });
  if (result instanceof Error) throw result;
  return result;
}

const measureAlone = (module: URL) => `
  const { measureDisk } = await import(${JSON.stringify(module)});
  const bounds = { diskBytes: 1e15, files: 1e9 };
  const usage = await measureDisk({ paths: [process.argv[1]], pids: [], bounds, signal: new AbortController().signal });
  console.log(JSON.stringify(usage));`;

async function fill(path: string, bytes: number): Promise<void> {
  await writeFile(path, Buffer.alloc(bytes, 1));
}

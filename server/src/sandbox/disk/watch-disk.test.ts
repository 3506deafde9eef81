import assert from "node:assert/strict";
import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { pidsOfUsers } from "./pids-of-users.ts";
import { cleanUp, makeFolder, mountSmallDisk } from "./testing/small-disk.ts";
import { type DiskWatchOptions, watchDisk } from "./watch-disk.ts";

const mib = 1024 ** 2;
// Keeps the process alive. A watch does not keep it alive, and some tests start nothing else that does.
const alive = setInterval(() => {}, 60_000);
after(() => clearInterval(alive));
const asRoot = { skip: process.getuid!() !== 0 && "needs root", timeout: 60_000 };
const sendmsgNumber = process.arch === "arm64" ? 211 : 46;
const often = { lookEveryMs: 5, measureEveryMs: 5 };
/** Script that fills a folder until the disk is full, in steps small enough for the watch to notice. */
const fillUp = 'i=0; while i=$((i + 1)); head -c 64K /dev/zero > "$1/$i"; do :; done';

test("reports a program that fills the workspace before the disk is full", asRoot, async (t) => {
  const disk = await mountSmallDisk(t, "size=128m");
  await startProgram(t, fillUp, disk).exited;
  assert.equal((await statfs(disk)).bavail, 0, "control: without a watch, the disk fills");
  for (const name of await readdir(disk)) await rm(join(disk, name));

  const folders = [join(disk, "workspace"), join(disk, "home")];
  for (const folder of folders) await mkdir(folder);
  const limited = watch(t, { paths: folders, limits: { diskBytes: 16 * mib, files: 100_000 } });
  const programs = folders.map((folder) => startProgram(t, fillUp, folder).program);
  const sentence = await limited.exceeded;
  for (const program of programs) program.kill("SIGKILL");
  assert.match(sentence, /^The disk limit of 16 MB for the session's files is reached/);
  assert.ok((await statfs(disk)).bavail > 0);
});

test("reports when the limit on the number of files is reached", asRoot, async (t) => {
  const disk = await mountSmallDisk(t, "size=64m");
  const { exceeded } = watch(t, { paths: [disk], limits: { diskBytes: 64 * mib, files: 100 } });
  startProgram(t, 'i=0; while i=$((i + 1)); : > "$1/$i"; do :; done', disk);
  assert.match(await exceeded, /^The limit of 100 files and folders/);
});

test("reports that the host's disk is nearly full if other programs fill it", asRoot, async (t) => {
  const disk = await mountSmallDisk(t, "size=64m");
  await mkdir(join(disk, "workspace"));
  const paths = [join(disk, "workspace")];
  const { exceeded, isExceeded, measuredTwice } = watch(t, {
    paths,
    limits: { diskBytes: 32 * mib, files: 1_000 },
  });
  await writeFile(join(disk, "of-another"), Buffer.alloc(48 * mib, 1));
  await measuredTwice();
  assert.equal(isExceeded(), false, "control: others may use the disk");
  await writeFile(join(disk, "more"), Buffer.alloc(15.5 * mib, 1));
  assert.match(await exceeded, /^The disk of this machine is nearly full/);
});

test("counts a deleted file that is still open", asRoot, async (t) => {
  const disk = await mountSmallDisk(t, "size=256m");
  const script = 'exec 5>"$1/file"; rm "$1/file"; head -c 32M /dev/zero >&5; echo up; read word';
  const { program } = startProgram(t, script, disk, { uid: 300_001, gid: 300_001 });
  await once(program.stdout!, "data");
  const limits = { diskBytes: 16 * mib, files: 1_000 };
  const blind = watch(t, { paths: [disk], limits });
  await blind.measuredTwice();
  assert.equal(blind.isExceeded(), false, "control: without the process ids, the file is not counted");
  const { exceeded } = watch(t, { paths: [disk], limits, pids: () => pidsOfUsers(300_001) });
  assert.match(await exceeded, /they use more than 32 MB/);
});

test("detects a deleted file held in a socket by the disk space that it uses", asRoot, async (t) => {
  const disk = await mountSmallDisk(t, "size=256m");
  const limits = { diskBytes: 16 * mib, files: 1_000 };
  let isInSocket = false;
  // While the program writes, the file is open and would be counted as such.
  const pids = () => (isInSocket ? pidsOfUsers(300_001) : []);
  const { exceeded, isExceeded, measuredTwice } = watch(t, { paths: [disk], limits, pids });
  await measuredTwice();
  // Calls sendmsg(2) with SCM_RIGHTS by number, because Perl has no function for it. The struct msghdr contains one byte and one
  // descriptor. The script then closes the descriptor.
  const script = `use Socket; socketpair(my $to, my $from, AF_UNIX, SOCK_STREAM, 0) or die;
    open(my $file, "+>", "$ARGV[0]/file") or die; unlink "$ARGV[0]/file"; syswrite $file, "x" x (1 << 20) for 1 .. 32;
    my ($byte, $control) = ("x", pack("Q i i i x4", 20, 1, 1, fileno $file)); my $part = pack("P Q", $byte, 1);
    my $message = pack("Q Q P Q P Q Q", 0, 0, $part, 1, $control, 24, 0);
    $! = 0; syscall(${sendmsgNumber}, fileno($to), $message, 0) == 1 or die "$!"; close $file if $ARGV[1] eq "send"; $| = 1; print "up\n"; <STDIN>`;
  const program = spawn("/usr/bin/perl", ["-e", script, disk, "send"], {
    stdio: ["pipe", "pipe", "inherit"],
    uid: 300_001,
    gid: 300_001,
  });
  cleanUp(t, async () => program.kill("SIGKILL"));
  await once(program.stdout, "data");
  isInSocket = true;
  assert.match(await exceeded, /1 open files are in transit in sockets/);
  assert.equal(isExceeded(), true);
  const late = watch(t, { paths: [disk], limits, pids });
  await late.measuredTwice();
  assert.equal(late.isExceeded(), false, "control: ignores space that was lost before the watch began");
});

test("reports a folder that cannot be measured after several attempts", async (t) => {
  const folder = await makeFolder(t);
  const { exceeded } = watch(t, { paths: [join(folder, "missing")] });
  assert.match(await exceeded, /cannot be measured: .*no such file/i);
});

test("a stopped watch reports nothing, and leaves no timer or process behind", async (t) => {
  const folder = await makeFolder(t);
  const limits = { diskBytes: 0, files: 0 };
  const before = resources();
  const { watching, isExceeded } = watch(t, { paths: [folder], limits });
  await watching.stop();
  await watching.stop();
  assert.equal(isExceeded(), false);
  assert.ok(resources() <= before);

  const { exceeded } = watch(t, { paths: [folder], limits });
  assert.match(await exceeded, /disk limit/, "control: a running watch reports the limit");
});

function watch(t: TestContext, changes: Partial<DiskWatchOptions>) {
  const { promise: exceeded, resolve } = Promise.withResolvers<string>();
  let isExceeded = false;
  let onMeasure = () => {};
  const { pids = () => [], ...others } = changes;
  const watching = watchDisk({
    paths: [],
    limits: { diskBytes: 1024 * mib, files: 1_000_000 },
    reservedBytes: mib,
    ...often,
    ...others,
    // Called at each measurement.
    pids: () => {
      onMeasure();
      return pids();
    },
    onExceeded: (sentence) => {
      isExceeded = true;
      resolve(sentence);
    },
  });
  cleanUp(t, () => watching.stop());
  /** Waits for two complete measurements. */
  const measuredTwice = () =>
    new Promise<void>((measured) => {
      let begun = 0;
      onMeasure = () => {
        begun += 1;
        if (begun === 3) measured();
      };
    });
  return { watching, exceeded, isExceeded: () => isExceeded, measuredTwice };
}

/** Counts the timers and child processes that keep this process alive. */
function resources(): number {
  return process.getActiveResourcesInfo().filter((name) => /Timeout|ProcessWrap/.test(name)).length;
}

function startProgram(t: TestContext, script: string, folder: string, options: SpawnOptions = {}) {
  const program = spawn("bash", ["-c", script, "bash", folder], {
    stdio: ["pipe", "pipe", "ignore"],
    ...options,
  });
  const exited = once(program, "exit");
  cleanUp(t, () => {
    program.kill("SIGKILL");
    return exited;
  });
  return { program, exited };
}

import { execFile, spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createLayers } from "../../../server/src/layers/create-layers.ts";
import type { Figure, Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";

const run = promisify(execFile);
const ROUNDS = 7;
const UID_BASE = 500_000;
const never = new AbortController().signal;
const quiet = { info() {}, warn() {}, error() {} };

/** Folders of this machine from which the sample takes files, in order, up to the size of a small Debian system with git and Python. */
const FOLDERS = ["/usr/share/perl", "/usr/lib/git-core", "/usr/lib/python3", "/usr/bin", "/usr/share"];
const SAMPLE_BYTES = 290 * 1024 ** 2;
const MAX_FILE_BYTES = 16 * 1024 ** 2;

/**
 * Measures how long it takes to add a root file system of about 290 MiB and to mount it. The floor of adding is `tar -x` of the same archive
 * into a folder, without a digest. Rounds alternate between the two.
 */
export async function benchLayers(print: (line: string) => void): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-layers-"));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const archive = join(folder, "sample.tar");
  const { bytes, files } = await packSample(archive);
  const layers = await createLayers({ dataDir: folder, uidBase: UID_BASE, maxBytes: 1024 ** 4, log: quiet });
  cleanup.defer(() => layers.close());
  const times: Record<"add" | "unpack" | "firstMount" | "mount" | "unmount", number[]> = {
    add: [],
    unpack: [],
    firstMount: [],
    mount: [],
    unmount: [],
  };
  let storedBytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const unpacked = join(folder, `unpacked-${round}`);
    await mkdir(unpacked);
    const [unpackMs] = await timed(() => unpack(archive, unpacked));
    await rm(unpacked, { recursive: true });
    const [addMs, layer] = await timed(() =>
      layers.add(
        { kind: "archive", archive: createReadStream(archive, { highWaterMark: 1024 ** 2 }) },
        never,
      ),
    );
    storedBytes = layer.bytes;
    times.unpack.push(unpackMs);
    times.add.push(addMs);
    // Another start of the server has not verified the layer.
    const next = await createLayers({ dataDir: folder, uidBase: UID_BASE, maxBytes: 1024 ** 4, log: quiet });
    const [firstMountMs, first] = await timed(() => next.mount([layer.digest], never));
    times.firstMount.push(firstMountMs);
    times.unmount.push((await timed(() => first.release()))[0]);
    const [mountMs, second] = await timed(() => next.mount([layer.digest], never));
    times.mount.push(mountMs);
    await second.release();
    await next.close();
    await layers.remove(layer.digest);
    print(
      `${round + 1} of ${ROUNDS}: add ${addMs.toFixed(0)} ms, tar -x ${unpackMs.toFixed(0)} ms, mount ${mountMs.toFixed(1)} ms`,
    );
  }
  const sample = `${Math.round(bytes / 1024 ** 2)} MiB, ${files} files`;
  const figure = (name: string, values: readonly number[], floor: readonly number[] | null): Figure => ({
    name,
    unit: "ms",
    product: median(values),
    floor: floor === null ? null : median(floor),
    goal: null,
    runs: values.length,
  });
  return {
    figures: [
      figure(`add a root file system (${sample})`, times.add, times.unpack),
      figure("first mount of a process, with verification", times.firstMount, null),
      figure("further mounts", times.mount, null),
      figure("unmount", times.unmount, null),
    ],
    notes: [
      `Format: ${layers.format.name} (${layers.format.reason}). Stored size: ${Math.round(storedBytes / 1024 ** 2)} MiB.`,
    ],
    measurements: times,
  };
}

/** Packs files of this machine's system until the sample is large enough. */
async function packSample(archive: string): Promise<{ readonly bytes: number; readonly files: number }> {
  const { stdout } = await run("find", [...FOLDERS, "-xdev", "-printf", "%s %y %p\\0"], {
    maxBuffer: 1024 ** 3,
  });
  const paths: string[] = [];
  let bytes = 0;
  for (const line of stdout.split("\0")) {
    const [, size, type, path] = /^(\d+) (\w) \/(.*)$/s.exec(line) ?? [];
    if (path === undefined || Number(size) > MAX_FILE_BYTES || bytes > SAMPLE_BYTES) continue;
    paths.push(path);
    if (type === "f") bytes += Number(size);
  }
  const list = `${archive}.list`;
  await writeFile(list, paths.join("\0"));
  await run("tar", ["-C", "/", "--no-recursion", "--null", `--files-from=${list}`, "-cf", archive]);
  return { bytes, files: paths.length };
}

async function unpack(archive: string, folder: string): Promise<void> {
  const tar = spawn("tar", ["--numeric-owner", "-pxf", archive, "-C", folder], { stdio: "inherit" });
  const code = await new Promise((resolve) => tar.once("close", resolve));
  if (code !== 0) throw new Error(`tar exited with ${code}.`);
}

/** Returns the time that the work takes in milliseconds, and its result. */
async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const startedAt = performance.now();
  const result = await work();
  return [performance.now() - startedAt, result];
}

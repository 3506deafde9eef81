import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { AppError, withStartReason } from "../../core/base/index.ts";
import { interpreter } from "../init/init-text.ts";
import { inside } from "../inside/places.ts";
import { openProcessNames } from "../processes/open-process-names.ts";
import { makeOnce } from "./make-once.ts";

const execute = promisify(execFile);
const listingMs = 30_000;

/** A file, and its path in the folder that the sandbox mounts. */
interface Part {
  readonly source: string;
  readonly path: string;
}

const prepared = new Map<string, Promise<string>>();

/**
 * Returns the folder of `copyPerl` for this data folder. Copies it once for each start of the server. Throws `sandbox_unavailable` if Perl
 * is missing.
 */
export function preparePerl(dataDir: string): Promise<string> {
  const existing = prepared.get(dataDir);
  if (existing !== undefined) return existing;
  const copied = copyPerl(dataDir);
  prepared.set(dataDir, copied);
  copied.catch(() => prepared.delete(dataDir));
  return copied;
}

/**
 * Copies this machine's Perl, with its loader, libraries and the modules of init and of terminals, to a folder that every user can read.
 * Returns the folder. A sandbox whose system may have no Perl, or a hostile one, mounts it. Several processes can call this function at
 * the same time.
 */
async function copyPerl(dataDir: string): Promise<string> {
  const runtime = join(dataDir, "runtime");
  const parts = await listParts().catch((cause: unknown) => {
    const sentence = withStartReason("Perl cannot be prepared for sandboxes", cause, "Install perl-base.");
    throw new AppError("sandbox_unavailable", sentence, { cause });
  });
  const folder = join(runtime, `perl-${await fingerprintOf(parts)}`);
  await mkdir(runtime, { recursive: true });
  await chmod(runtime, 0o755);
  await makeOnce(await openProcessNames(dataDir), folder, async (incomplete) => {
    for (const { source, path } of parts) await copyPart(source, join(incomplete, path), incomplete);
  });
  return folder;
}

/** Command that runs the prepared Perl in a sandbox. Without variables of the system, it uses no file of the system. */
export const perlInside: readonly [string, ...string[]] = [
  ...([`${inside.perlPath}/loader`, "--inhibit-cache", "--library-path"] as const),
  ...[`${inside.perlPath}/libraries`, `${inside.perlPath}/perl`, `-I${inside.perlPath}/modules`],
];

async function copyPart(source: string, target: string, root: string): Promise<void> {
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  // Overrides a strict umask.
  for (let parent = folder; parent.length >= root.length; parent = dirname(parent))
    await chmod(parent, 0o755);
  await copyFile(source, target);
  await chmod(target, 0o755);
}

async function listParts(): Promise<readonly Part[]> {
  const [libraries, modules] = await Promise.all([listLibraries(), listModules()]);
  const parts = [{ source: interpreter, path: "perl" }, ...libraries, ...modules];
  return Promise.all(parts.map(async ({ source, path }) => ({ source: await realpath(source), path })));
}

/** Returns the libraries that glibc's loader loads for Perl, and the loader. */
async function listLibraries(): Promise<Part[]> {
  const { stdout } = await execute(interpreter, [], {
    env: { LD_TRACE_LOADED_OBJECTS: "1", LC_ALL: "C" },
    timeout: listingMs,
  });
  return stdout.split("\n").flatMap((line) => {
    const library = /=> (\/\S+) \(/.exec(line)?.[1];
    if (library !== undefined) return [{ source: library, path: `libraries/${basename(library)}` }];
    const loader = /^\s*(\/\S+) \(/.exec(line)?.[1];
    return loader === undefined ? [] : [{ source: loader, path: "loader" }];
  });
}

/** Prints the loaded modules and their libraries, each with its path below the folder of modules. */
const lister = `
  use strict; use POSIX (); use File::Glob ();
  print "$_\\0$INC{$_}\\0" for sort keys %INC;
  for (@DynaLoader::dl_shared_objects) { m{/(auto/.*)} and print "$1\\0$_\\0" }`;

async function listModules(): Promise<Part[]> {
  const { stdout } = await execute(interpreter, ["-e", lister], {
    env: { LC_ALL: "C" },
    timeout: listingMs,
  });
  const words = stdout.split("\0").slice(0, -1);
  return words.flatMap((path, index) =>
    index % 2 === 0 ? [{ path: `modules/${path}`, source: words[index + 1]! }] : [],
  );
}

async function fingerprintOf(parts: readonly Part[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { source, path } of parts) {
    const { size, mtimeMs } = await stat(source);
    hash.update(JSON.stringify([path, source, size, mtimeMs]));
  }
  return hash.digest("hex").slice(0, 16);
}

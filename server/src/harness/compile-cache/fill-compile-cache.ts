import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "../../core/base/index.ts";
import type { Sandbox } from "../../core/turns/index.ts";
import { readBounded } from "../../runtime/read-bounded.ts";
import { type DriverOptions, startConversation } from "../acp/start-conversation.ts";
import { startTimer } from "../acp/timer.ts";
import { compileCacheOf, enableFile } from "./compile-cache.ts";

const maxFiles = 2_000;
const maxListingBytes = 1024 ** 2;
const maxFileBytes = 64 * 1024 ** 2;
const maxTotalBytes = 512 * 1024 ** 2;
/** Node writes the cache when the harness exits, for which some harnesses take seconds. */
const exitGraceMs = 20_000;
const limitMs = 90_000;

/** Path of a file of the cache. Its folder is named after Node, its processor, its V8 and its user. */
const entryPath = /^(?<tag>v[\d.]+-\w+-[0-9a-f]+)-\d+\/(?<name>[0-9a-f]+)$/;

/**
 * Fills the compile cache of an installation: starts the harness in the sandbox, opens a conversation, and copies what Node compiled for it.
 * The sandbox must be new and contain no data of a session, because the cache is code that later runs in every session. Throws
 * `harness_failed` if the harness does not start, or if it wrote something else than a cache.
 */
export async function fillCompileCache(
  options: Pick<DriverOptions, "spec" | "installDir" | "nodeBinary" | "log">,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<void> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const folder = join(sandbox.homePath, ".compiled");
  const { spec } = options;
  const patient = (ms: number, callback: () => void) => startTimer(Math.max(ms, exitGraceMs), callback);
  const conversation = await startConversation(
    { ...options, startTimer: patient },
    {
      ...{ harness: spec.name, modelFamily: spec.modelFamily, model: spec.defaultModel },
      ...{ sandbox, cwd: sandbox.workspacePath, conversationId: null },
      env: { NODE_COMPILE_CACHE: folder },
      ...{ mode: "build", reasoningLevel: null, speed: "normal", instructions: null, mcpServers: [] },
      ...{ decidePermission: null, onProtocolLine: null },
    },
    stop,
  );
  await conversation.close();
  await publishCache(compileCacheOf(options.installDir), readCache(sandbox, folder, stop));
}

interface CacheFile {
  readonly tag: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** Reads the files from outside the sandbox, as those of a hostile workspace. */
async function* readCache(sandbox: Sandbox, folder: string, signal: AbortSignal): AsyncGenerator<CacheFile> {
  const list = ["/bin/sh", "-c", 'cd "$0" && find . -type f', folder] as const;
  const program = sandbox.spawn({ argv: list, cwd: sandbox.homePath, env: {} }, signal);
  program.stdin.end();
  program.stderr.resume();
  const listing = await readBounded(program.stdout, maxListingBytes, () => refused("it has too many files"));
  const names = listing
    .toString("utf8")
    .split("\n")
    .filter((name) => name !== "");
  if (names.length > maxFiles) throw refused(`it has ${names.length} files`);
  let totalBytes = 0;
  for (const path of names.map((name) => name.replace(/^\.\//, ""))) {
    const { tag, name } = entryPath.exec(path)?.groups ?? {};
    if (tag === undefined || name === undefined) throw refused("it has a file with an unexpected name");
    const bytes = await sandbox.readFile(`${folder}/${path}`, maxFileBytes);
    if (bytes === null) throw refused("one of its files is not a regular file");
    totalBytes += bytes.length;
    if (totalBytes > maxTotalBytes) throw refused(`it is larger than ${maxTotalBytes} bytes`);
    yield { tag, name, bytes };
  }
}

const refused = (why: string) => new AppError("harness_failed", `The compile cache was not used: ${why}.`);

/** Publishes the whole cache at once. Several processes can call this function at the same time. */
async function publishCache(dir: string, files: AsyncIterable<CacheFile>): Promise<void> {
  await mkdir(dirname(dir), { recursive: true, mode: 0o755 });
  const temporary = await mkdtemp(`${dir}.`);
  try {
    for await (const { tag, name, bytes } of files) {
      await mkdir(join(temporary, tag), { recursive: true, mode: 0o755 });
      await writeFile(join(temporary, tag, name), bytes, { mode: 0o644 });
    }
    await copyFile(fileURLToPath(new URL(enableFile, import.meta.url)), join(temporary, enableFile));
    await chmod(join(temporary, enableFile), 0o644);
    await chmod(temporary, 0o755);
    // Otherwise, another process has published the cache of the same installation.
    if (!existsSync(dir)) await rename(temporary, dir);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

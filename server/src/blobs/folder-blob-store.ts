import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, open, opendir, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { AppError, withReason } from "../core/base/index.ts";
import { type BlobStore, noSuchObject, placeOf, requireKey, type StoredObject } from "./blob-store.ts";

const pageSize = 1_000;
/** Folder of the objects. All keys start with its name. */
export const objectsFolder = "o";

/** Stores each object as a file. During an upload, the file has a temporary name in the `incoming` folder. */
export function createFolderBlobStore(folder: string): BlobStore {
  const incomingFolder = join(folder, "incoming");
  const fileOf = (key: string) => {
    requireKey(key);
    return join(folder, key);
  };
  return {
    put: (key, bytes, signal) =>
      explain(folder, async () => {
        const file = fileOf(key);
        await mkdir(incomingFolder, { recursive: true, mode: 0o700 });
        const incoming = join(incomingFolder, randomUUID());
        try {
          await write(incoming, bytes, signal);
          await publish(incoming, file);
        } finally {
          await rm(incoming, { force: true });
        }
      }),
    async *get(key, { from = 0, signal } = {}) {
      const file = fileOf(key);
      signal?.throwIfAborted();
      try {
        yield* createReadStream(file, { start: from, ...(signal !== undefined && { signal }) });
      } catch (cause) {
        signal?.throwIfAborted();
        throw hasCode(cause, "ENOENT") ? noSuchObject(key, cause) : asAppError(folder, cause);
      }
    },
    head: (key) => explain(folder, () => describe(fileOf(key), key)),
    delete: (keys) =>
      explain(folder, async () => {
        for (const key of keys) await rm(fileOf(key), { force: true });
      }),
    async *list() {
      let page: StoredObject[] = [];
      for await (const file of filesIn(join(folder, objectsFolder))) {
        const key = relative(folder, file);
        const found = placeOf(key) === null ? null : await explain(folder, () => describe(file, key));
        if (found !== null) page.push(found);
        if (page.length < pageSize) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
    removeIncomplete: (before) =>
      explain(folder, async () => {
        let count = 0;
        for await (const file of filesIn(incomingFolder)) {
          const found = await describe(file, "");
          if (found === null || found.storedAt >= before) continue;
          await rm(file, { force: true });
          count += 1;
        }
        return count;
      }),
  };
}

async function write(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  await using handle = await open(file, "wx", 0o600);
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    await handle.writeFile(chunk);
  }
  signal?.throwIfAborted();
  await handle.sync();
}

/** Adds a hard link at the final path. Unlike a rename, a link never replaces an existing file. */
async function publish(incoming: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await link(incoming, file);
  await using folder = await open(dirname(file), "r");
  await folder.sync();
}

async function describe(file: string, key: string): Promise<StoredObject | null> {
  try {
    const { size, mtime } = await stat(file);
    return { key, sizeBytes: size, storedAt: mtime };
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return null;
    throw cause;
  }
}

/** Yields the files below a folder. Skips folders that another process removes in the meantime. */
async function* filesIn(folder: string): AsyncGenerator<string> {
  try {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) yield* filesIn(path);
      else yield path;
    }
  } catch (cause) {
    if (!hasCode(cause, "ENOENT")) throw cause;
  }
}

async function explain<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw asAppError(folder, cause);
  }
}

const fixes: ReadonlyMap<unknown, string> = new Map([
  ["ENOSPC", "Free disk space."],
  ["EDQUOT", "Raise the disk quota of the server's user."],
  ["EACCES", "Make the folder writable for the server's user."],
  ["EROFS", "Remount the file system as writable, or use another folder."],
]);

/** Returns the error itself unless the file system reported it. */
function asAppError(folder: string, cause: unknown): unknown {
  if (!(cause instanceof Error && "syscall" in cause && "code" in cause)) return cause;
  const problem = withReason(`The blob folder ${folder} cannot be used`, cause);
  return new AppError("unavailable", `${problem} ${fixes.get(cause.code) ?? ""}`.trimEnd(), { cause });
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && "code" in cause && cause.code === code;
}

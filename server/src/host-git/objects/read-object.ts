import { rejectOnAbort } from "../../runtime/on-abort.ts";
import type { Release } from "../../runtime/release.ts";
import { Semaphore } from "../../runtime/semaphore.ts";
import { foldersOf } from "../folders.ts";
import type { Folders } from "../frames.ts";
import { startProgram } from "../host-git.ts";
import { type ObjectAnswer, type ObjectInfo, ObjectReader, readerArguments } from "./object-reader.ts";
import { repositoryIdentity } from "./repository-identity.ts";

/** Repository of the server, and git's environment for it, which sets `GIT_DIR`. */
export interface ObjectRepository {
  readonly gitDir: string;
  readonly env: Readonly<Record<string, string>>;
}

interface OpenReader {
  readonly key: string;
  readonly reader: ObjectReader;
  /** Timer that ends the reader, or null if it has requests. */
  idleTimer: NodeJS.Timeout | null;
}

const maxNameChars = 4096;
/** A line break ends a request, and git removes a carriage return before it. */
const unsafeName = /[\n\0]|\r$/;
const maxReaders = 16;
/** Time for which git waits for the next request about a repository. */
const idleTimeoutMs = 10_000;
const answerTimeoutMs = 60_000;
const maxMemoryBytes = 1024 ** 3;

/** Readers of the whole process, because they share its runner. Those that have been idle for longer are listed first. */
const readers = new Map<string, OpenReader>();
const permits = new Semaphore(maxReaders);
/** Keys of the readers that wait for a permit, once for each request. */
const waiting: string[] = [];

/**
 * Returns the information about an object, or null if it or the repository does not exist. `name` is any name that git accepts for an object,
 * such as `refs/heads/main:README.md`. Throws `git_failed` if git fails.
 */
export async function findObject(
  repository: ObjectRepository,
  name: string,
  signal: AbortSignal,
): Promise<ObjectInfo | null> {
  return (await ask(repository, { name, wantsContent: false }, signal))?.info ?? null;
}

/**
 * Returns the content of an object, "tooLarge" if it has more than `maxBytes`, or null if it does not exist or has another type. Throws
 * `git_failed` if git fails.
 */
export async function readObject(
  repository: ObjectRepository,
  wanted: { readonly name: string; readonly type: string; readonly maxBytes: number },
  signal: AbortSignal,
): Promise<Buffer | "tooLarge" | null> {
  const found = await findObject(repository, wanted.name, signal);
  if (found?.type !== wanted.type) return null;
  if (found.sizeBytes > wanted.maxBytes) return "tooLarge";
  return (await ask(repository, { name: found.id, wantsContent: true }, signal))?.content ?? null;
}

async function ask(
  repository: ObjectRepository,
  { name, wantsContent }: { readonly name: string; readonly wantsContent: boolean },
  signal: AbortSignal,
): Promise<ObjectAnswer | null> {
  signal.throwIfAborted();
  if (name === "" || name.length > maxNameChars || unsafeName.test(name)) return null;
  const folders = foldersOf(repository.env, {});
  // Git keeps the files open that it started with, so a reader answers only for these very folders.
  const own = repositoryIdentity(repository.gitDir);
  if (own === null) return null;
  const borrowed = folders.read.map(repositoryIdentity);
  const key = JSON.stringify([own, borrowed, repository.env]);
  const opened = readers.get(key) ?? (await open(key, repository, folders, signal));
  stopTimer(opened);
  return rejectOnAbort(opened.reader.ask(name, wantsContent), signal);
}

async function open(
  key: string,
  { env }: ObjectRepository,
  folders: Folders,
  signal: AbortSignal,
): Promise<OpenReader> {
  const release = await acquirePermit(key, signal);
  const known = readers.get(key);
  if (known !== undefined) {
    release();
    // Otherwise, another request could end it before this one is sent.
    stopTimer(known);
    return known;
  }
  try {
    const program = startProgram({
      ...{ argv: readerArguments, env, folders, hasStdin: true, as: null },
      ...{ needsNetwork: false, lockFile: null, maxMemoryBytes, maxFileBytes: 0 },
    });
    const opened: OpenReader = {
      key,
      reader: new ObjectReader(program, {
        answerTimeoutMs,
        onIdle: () => waitForRequest(opened),
        onEnd: () => {
          close(opened);
          release();
        },
      }),
      idleTimer: null,
    };
    readers.set(key, opened);
    return opened;
  } catch (cause) {
    release();
    throw cause;
  }
}

/** If the limit is reached, ends the reader that has been idle for the longest time, or waits until one becomes idle. */
async function acquirePermit(key: string, signal: AbortSignal): Promise<Release> {
  waiting.push(key);
  try {
    const idle = [...readers.values()].find(({ idleTimer }) => idleTimer !== null);
    if (readers.size + new Set(waiting).size > maxReaders && idle !== undefined) close(idle);
    return await permits.acquire(signal);
  } finally {
    waiting.splice(waiting.indexOf(key), 1);
  }
}

function waitForRequest(opened: OpenReader): void {
  if (readers.get(opened.key) !== opened) return;
  readers.delete(opened.key);
  readers.set(opened.key, opened);
  opened.idleTimer = setTimeout(() => close(opened), idleTimeoutMs).unref();
  if (waiting.length > 0) close(opened);
}

function close(opened: OpenReader): void {
  stopTimer(opened);
  if (readers.get(opened.key) === opened) readers.delete(opened.key);
  opened.reader.end();
}

function stopTimer(opened: OpenReader): void {
  if (opened.idleTimer !== null) clearTimeout(opened.idleTimer);
  opened.idleTimer = null;
}

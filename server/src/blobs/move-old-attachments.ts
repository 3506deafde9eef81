import { open, readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Blobs, type Logger, paths } from "../core/base/index.ts";
import type { Store } from "../core/ports.ts";

interface Parts {
  readonly store: Pick<Store, "attachments">;
  readonly blobs: Pick<Blobs, "put">;
  readonly dataDir: string;
  readonly log: Logger;
}

/**
 * Moves the attachments that an earlier version stored in the data folder, by their SHA-256, to blobs of their
 * organizations. Continues an interrupted move. Several processes may call this concurrently. Has no effect if the
 * folder does not exist. Keeps files that the database does not know, because it may be the wrong database.
 */
export async function moveOldAttachments(parts: Parts): Promise<void> {
  const folder = paths.oldAttachments(parts.dataDir);
  const files = await oldFiles(folder);
  if (files.length > 0)
    parts.log.info({ files: files.length }, "moving the attachments of an earlier version to the blob store");
  let unknown = 0;
  for (const file of files) {
    if (!(await moveFile(parts, file))) unknown += 1;
    await removeIfEmpty(dirname(file.path));
  }
  if (unknown > 0)
    parts.log.warn(
      { files: unknown, folder },
      "attachments of an earlier version are not in this database; remove the folder if you do not need them",
    );
  // Contains uploads that the earlier version did not complete.
  await rm(join(folder, "incoming"), { recursive: true, force: true });
  await removeIfEmpty(folder);
}

interface OldFile {
  readonly path: string;
  readonly sha256: string;
}

/** Returns false if the database does not know the file. */
async function moveFile({ store, blobs }: Parts, { path, sha256 }: OldFile): Promise<boolean> {
  await using file = await unlessMissing(() => open(path));
  // Another process has moved the file.
  if (file === null) return true;
  const { size } = await file.stat();
  const organizations = await store.attachments.findOrganizations(sha256);
  if (organizations.length === 0) return false;
  for (const { id: organizationId } of organizations.filter(({ lacksBlob }) => lacksBlob)) {
    const owner = { organizationId, kind: "attachment" } as const;
    const bytes = file.createReadStream({ start: 0, autoClose: false });
    const { id } = await blobs.put(owner, bytes, { maxBytes: size });
    await store.attachments.setBlob(organizationId, sha256, id);
  }
  await rm(path, { force: true });
  return true;
}

/** Lists the files `<first two digits>/<SHA-256>`. */
async function oldFiles(folder: string): Promise<OldFile[]> {
  const entries = await unlessMissing(() => readdir(folder, { recursive: true, withFileTypes: true }));
  return (entries ?? [])
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
    .map(({ name, parentPath }) => ({ path: join(parentPath, name), sha256: name }));
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (cause) {
    if (!hasCode(cause, "ENOENT", "ENOTEMPTY")) throw cause;
  }
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return null;
    throw cause;
  }
}

function hasCode(cause: unknown, ...codes: readonly string[]): boolean {
  return cause instanceof Error && "code" in cause && codes.includes(String(cause.code));
}

import { createHash, randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError, paths } from "../core/base/index.ts";
import type { AttachmentFiles } from "../core/sessions/index.ts";
import { BoundedBuffer } from "../runtime/bounded-buffer.ts";

const headBytes = 16;

/** Stores attachments in the data folder. During an upload, the file has a temporary name in the `incoming` folder. */
export function createAttachmentFiles(dataDir: string): AttachmentFiles {
  return {
    async receive(bytes, maxBytes) {
      const folder = incomingFolder(dataDir);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const incoming = join(folder, randomUUID());
      const discard = () => rm(incoming, { force: true });
      try {
        const written = await write(incoming, bytes, maxBytes);
        const keep = () => keepAs(incoming, paths.attachment(dataDir, written.sha256));
        return { ...written, keep, discard };
      } catch (cause) {
        await discard();
        throw cause;
      }
    },
    async read(sha256) {
      try {
        return await readFile(paths.attachment(dataDir, sha256));
      } catch (cause) {
        if (!hasCode(cause, "ENOENT")) throw cause;
        throw new AppError("not_found", "The file of the attachment no longer exists. Upload it again.", {
          cause,
        });
      }
    },
    async removeAbandoned(before) {
      const folder = incomingFolder(dataDir);
      for (const name of await namesIn(folder)) {
        const file = join(folder, name);
        if ((await stat(file)).mtime < before) await rm(file, { force: true });
      }
    },
    remove: (sha256) => rm(paths.attachment(dataDir, sha256), { force: true }),
  };
}

const incomingFolder = (dataDir: string) => join(paths.attachments(dataDir), "incoming");

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return [];
    throw cause;
  }
}

async function write(file: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number) {
  const hash = createHash("sha256");
  const head = new BoundedBuffer(headBytes);
  let sizeBytes = 0;
  const handle = await open(file, "wx", 0o600);
  try {
    for await (const chunk of bytes) {
      head.add(chunk);
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) {
        throw new AppError(
          "invalid_input",
          `The attachment is larger than ${maxBytes / 1024 ** 2} MiB. Send a smaller file.`,
        );
      }
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest("hex"), sizeBytes, head: head.toBuffer() };
}

/** Adds a hard link to the uploaded file at its final path. Unlike a rename, a link never replaces an existing file. */
async function keepAs(incoming: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await link(incoming, file);
  } catch (cause) {
    if (!hasCode(cause, "EEXIST")) throw cause;
  }
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && "code" in cause && cause.code === code;
}

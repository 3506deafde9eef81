import { randomBytes } from "node:crypto";
import { open, readFile, rename, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** Facts about a stored layer, in the file `layer.json` beside it. The file's modification time is the time of the last use. */
const recordSchema = z.object({
  format: z.string(),
  /** SHA-256 of the stored bytes. */
  fingerprint: z.string(),
  bytes: z.number(),
  /** Reason why the layer cannot be used, or null. */
  broken: z.string().nullable(),
});

export type LayerRecord = z.infer<typeof recordSchema>;

const fileName = "layer.json";

/** Returns the record, or null if the layer does not exist or its record is unreadable. */
export async function readRecord(layer: string): Promise<LayerRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(join(layer, fileName), "utf8")));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof z.ZodError) return null;
    if (isMissing(cause)) return null;
    throw cause;
  }
}

/** Writes the record so that a crash leaves the old or the new one. */
export async function writeRecord(layer: string, record: LayerRecord): Promise<void> {
  const temporary = join(layer, `.${randomBytes(8).toString("hex")}`);
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(JSON.stringify(record));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(layer, fileName));
}

/** Records that the layer is used now. */
export async function touchRecord(layer: string): Promise<void> {
  const now = new Date();
  await utimes(join(layer, fileName), now, now);
}

/** Returns the time of the last use in milliseconds, or 0 if the layer has no record. */
export async function lastUseOf(layer: string): Promise<number> {
  try {
    return (await stat(join(layer, fileName))).mtimeMs;
  } catch (cause) {
    if (isMissing(cause)) return 0;
    throw cause;
  }
}

const isMissing = (cause: unknown) =>
  cause instanceof Error && ["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code!);

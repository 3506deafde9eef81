import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Tembo } from "@tembo-io/sdk";
import { CommandError } from "../failure.ts";

/** Uploads files one by one and returns their IDs. */
export async function uploadFiles(client: Tembo, files: readonly string[]): Promise<string[]> {
  // Reads all files before the first upload, so that a wrong file name does not leave earlier uploads behind.
  const uploads = await Promise.all(
    files.map(async (file) => ({ name: basename(file), content: await readBytes(file) })),
  );
  const ids: string[] = [];
  for (const upload of uploads) ids.push((await client.attachments.create(upload)).id);
  return ids;
}

async function readBytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new CommandError(`Could not read the file ${JSON.stringify(file)} (${why}).`, "check the path.");
  }
}

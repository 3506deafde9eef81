import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, type Logger, withReason } from "../../core/base/index.ts";
import type { LayerDigest } from "../../core/turns/index.ts";
import type { StoredLayer } from "../decide-evictions.ts";
import type { LayerFormat } from "../formats/format.ts";
import type { LayerFolders } from "./layer-folders.ts";
import { type LayerRecord, lastUseOf, readRecord, writeRecord } from "./layer-record.ts";

/** A layer that is complete and in a format of this machine. */
export interface UsableLayer {
  readonly record: LayerRecord;
  readonly format: LayerFormat;
  /** Path of the stored tree. */
  readonly path: string;
}

/** Reads and verifies the stored layers. */
export class StoredLayers {
  readonly #folders: LayerFolders;
  readonly #formats: readonly LayerFormat[];
  readonly #log: Logger;
  /** State of each stored tree when this process verified it. */
  readonly #verified = new Map<LayerDigest, string>();

  constructor(folders: LayerFolders, formats: readonly LayerFormat[], log: Logger) {
    this.#folders = folders;
    this.#formats = formats;
    this.#log = log;
  }

  /** Returns the layer, or null if it is missing, broken or in a format that does not work on this machine. */
  async find(digest: LayerDigest): Promise<UsableLayer | null> {
    const found = await this.#read(digest);
    return found === null || found.record.broken !== null ? null : found;
  }

  /**
   * Returns the layer after comparing its stored bytes with its record, unless this process did so and nothing changed since. Throws
   * `not_found` if it is missing, and `layer_broken` if it is broken.
   */
  async getVerified(digest: LayerDigest, signal: AbortSignal): Promise<UsableLayer> {
    const found = await this.#read(digest);
    if (found === null)
      throw new AppError(
        "not_found",
        `This machine does not have the layer ${digest}. Build the environment again.`,
      );
    const { record, format, path } = found;
    if (record.broken !== null) throw brokenError(digest, record.broken);
    const state = await stateOf(path);
    if (state === null) throw await this.markBroken(digest, record, "its file is missing");
    if (this.#verified.get(digest) === state) return found;
    if ((await format.fingerprint(path, signal)) !== record.fingerprint)
      throw await this.markBroken(digest, record, "its file has changed");
    this.#verified.set(digest, state);
    return found;
  }

  /** Records that this process has just computed the fingerprint of the layer. */
  async noteVerified(digest: LayerDigest): Promise<void> {
    const found = await this.find(digest);
    const state = found === null ? null : await stateOf(found.path);
    if (state !== null) this.#verified.set(digest, state);
  }

  forget(digest: LayerDigest): void {
    this.#verified.delete(digest);
  }

  /** Marks a layer as broken for all processes. Returns the error to throw. */
  async markBroken(digest: LayerDigest, record: LayerRecord, reason: string): Promise<AppError> {
    await writeRecord(this.#folders.layer(digest), { ...record, broken: reason });
    this.#log.error({ layer: digest, reason }, "a layer is broken");
    return brokenError(digest, reason);
  }

  /** Lists all layers, including those that this process cannot use. */
  async list(isInUse: (digest: LayerDigest) => Promise<boolean>): Promise<readonly StoredLayer[]> {
    const found: StoredLayer[] = [];
    for (const digest of await this.#folders.listStored()) {
      const layer = this.#folders.layer(digest);
      const record = await readRecord(layer);
      found.push({
        digest,
        bytes: record?.bytes ?? 0,
        lastUseMs: await lastUseOf(layer),
        isInUse: await isInUse(digest),
        isBroken: record === null || record.broken !== null,
      });
    }
    return found;
  }

  async #read(digest: LayerDigest): Promise<UsableLayer | null> {
    const layer = this.#folders.layer(digest);
    const record = await readRecord(layer);
    const format = this.#formats.find(({ name }) => name === record?.format);
    return record === null || format === undefined
      ? null
      : { record, format, path: join(layer, format.entryName) };
  }
}

/** Returns a text that changes when the stored tree is replaced or an image is written to. Returns null if it does not exist. */
export async function stateOf(path: string): Promise<string | null> {
  try {
    const { dev, ino, size, mtimeNs } = await lstat(path, { bigint: true });
    return [dev, ino, size, mtimeNs].join(" ");
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code!)) return null;
    throw cause;
  }
}

function brokenError(digest: LayerDigest, reason: string): AppError {
  const sentence = withReason(`The layer ${digest.slice(0, 19)} is damaged`, reason);
  return new AppError("layer_broken", `${sentence} Build the environment again.`);
}

import { buffer } from "node:stream/consumers";
import { keyOf } from "../blobs/blob-store.ts";
import { openBlobStore } from "../blobs/open-blob-store.ts";
import type { Config } from "../config.ts";
import { newId, reason } from "../core/base/index.ts";
import { createOutbound } from "../outbound/outbound.ts";
import { type Check, failed, passed } from "./check.ts";

const name = "blob store";
const content = "Tembo checks this store.";

/** Writes, reads and deletes an object in the bucket. The check of the data folder covers blobs in this folder. */
export async function checkBlobs(
  config: Pick<Config, "blobs" | "dataDir" | "privateHosts">,
): Promise<readonly Check[]> {
  if (config.blobs.kind === "folder") return [];
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const outbound = createOutbound({ log, privateHosts: config.privateHosts });
  const { blobStore, close } = openBlobStore(config, { outbound, log });
  const key = keyOf({ organizationId: newId(), kind: "layer", id: newId() });
  let step = "written to";
  try {
    await blobStore.put(key, inOnePiece());
    step = "read";
    const read = (await buffer(blobStore.get(key))).toString();
    step = "deleted from";
    await blobStore.delete([key]);
    if (read !== content) return [failed(name, "the bucket returned other bytes than were stored", fix)];
    const { bucket, endpoint } = config.blobs;
    return [passed(name, `bucket ${bucket} at ${endpoint ?? "AWS"} can be written, read and deleted from`)];
  } catch (cause) {
    return [failed(name, `the bucket cannot be ${step}: ${reason(cause)}`, fix)];
  } finally {
    close();
  }
}

const fix =
  "Correct TEMBO_BLOBS and the TEMBO_S3_ variables, and permit the keys to put, get, list and delete objects, and to list and abort multipart uploads.";

async function* inOnePiece(): AsyncGenerator<Buffer> {
  yield Buffer.from(content);
}

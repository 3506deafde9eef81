import { buffer } from "node:stream/consumers";
import { keyOf } from "../blobs/blob-store.ts";
import { openBlobStore } from "../blobs/open-blob-store.ts";
import type { Config } from "../config.ts";
import { newId, reason } from "../core/base/index.ts";
import { createOutbound } from "../outbound/outbound.ts";
import { type Check, failed, passed } from "./check.ts";

const name = "blob store";
const content = "Tembo checks this store.";

/** Writes, reads and deletes an object in the bucket or shared folder. The check of the data folder covers the default folder. */
export async function checkBlobs(
  config: Pick<Config, "blobs" | "dataDir" | "privateHosts">,
): Promise<readonly Check[]> {
  const { blobs } = config;
  if (blobs.kind === "folder" && blobs.sharedPath === null) return [];
  const place =
    blobs.kind === "s3"
      ? `bucket ${blobs.bucket} at ${blobs.endpoint ?? "AWS"}`
      : `shared folder ${blobs.sharedPath}`;
  const fix = blobs.kind === "s3" ? bucketFix : folderFix;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const outbound = createOutbound({ log, privateHosts: config.privateHosts });
  const { blobStore, close } = await openBlobStore(config, { outbound, log });
  const key = keyOf({ organizationId: newId(), kind: "layer", id: newId() });
  let step = "write to";
  try {
    await blobStore.put(key, inOnePiece());
    step = "read from";
    const read = (await buffer(blobStore.get(key))).toString();
    step = "delete from";
    await blobStore.delete([key]);
    if (read !== content) return [failed(name, `${place} returned different bytes than Tembo stored`, fix)];
    return [passed(name, `Tembo can write, read and delete objects in ${place}`)];
  } catch (cause) {
    return [failed(name, `Tembo cannot ${step} ${place}: ${reason(cause)}`, fix)];
  } finally {
    close();
  }
}

const folderFix = "Mount the folder writable for the server's user, or correct TEMBO_BLOBS.";
const bucketFix =
  "Correct TEMBO_BLOBS and the TEMBO_S3_ variables, and permit the keys to put, get, list and delete objects, and to list and abort multipart uploads.";

async function* inOnePiece(): AsyncGenerator<Buffer> {
  yield Buffer.from(content);
}

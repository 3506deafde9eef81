import { createHash } from "node:crypto";
import { AppError } from "../../core/base/index.ts";
import type { Descriptor } from "./manifest.ts";
import type { RegistryClient } from "./registry-client.ts";

const maxFailures = 5;
/** Maximum size of one response. A larger blob takes several requests. */
const sliceBytes = 512 * 1024 ** 2;

/**
 * Downloads a blob as a stream. Continues an interrupted download where it ended. Throws `image_failed` if the content does not have the size
 * and the digest of the descriptor, which the consumer learns at the end of the stream, or if the download keeps failing.
 */
export async function* downloadBlob(
  client: RegistryClient,
  { digest, size }: Descriptor,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let received = 0;
  let failures = 0;
  while (received < size) {
    const start = received;
    try {
      for await (const chunk of openAt(client, { digest, size, start }, signal)) {
        received += chunk.byteLength;
        if (received > size)
          throw client.fail(`sent more than ${size} bytes for a layer`, "Contact its operator.");
        hash.update(chunk);
        yield chunk;
      }
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof AppError) throw cause;
    }
    // The client waits if the registry does not respond. Progress resets the count, so that a slow network can transfer a large layer.
    failures = received > start ? 0 : failures + 1;
    if (failures >= maxFailures) throw client.fail("keeps closing the connection", "Try again.");
  }
  if (`sha256:${hash.digest("hex")}` !== digest)
    throw client.fail(
      `sent a layer with a wrong digest`,
      "The image may be damaged or forged. Push it again.",
    );
}

async function* openAt(
  client: RegistryClient,
  { digest, size, start }: { readonly digest: string; readonly size: number; readonly start: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const end = Math.min(size, start + sliceBytes) - 1;
  const isPart = start > 0 || end < size - 1;
  const headers = isPart ? { range: `bytes=${start}-${end}` } : {};
  const response = await client.get(`blobs/${digest}`, { accept: "*/*", ...headers }, signal);
  // A registry without ranges sends the blob from its start again.
  let skip = response.status === 206 ? 0 : start;
  for await (const chunk of response.body ?? []) {
    const skipped = Math.min(skip, chunk.byteLength);
    skip -= skipped;
    if (skipped < chunk.byteLength) yield chunk.subarray(skipped);
  }
}

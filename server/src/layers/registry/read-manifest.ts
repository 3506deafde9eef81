import { createHash } from "node:crypto";
import { readBounded } from "../../runtime/read-bounded.ts";
import { acceptedTypes, maxManifestBytes, parseManifest } from "./manifest.ts";
import { isDigest } from "./reference.ts";
import { parseJson, type RegistryClient } from "./registry-client.ts";

/** Reads a manifest and computes its digest. Throws `image_failed` if it does not have the requested digest. */
export async function readManifest(client: RegistryClient, version: string, signal: AbortSignal) {
  const response = await client.get(`manifests/${version}`, { accept: acceptedTypes }, signal);
  const body = await readBody(client, response, maxManifestBytes);
  const digest = digestOf(body);
  if (isDigest(version) && digest !== version) throw wrongDigest(client, "manifest");
  const mediaType = response.headers.get("content-type") ?? "";
  const parsed = parseManifest(parseJson(body.toString("utf8")), mediaType);
  if (parsed === null)
    throw client.fail(
      "returned a manifest that is not supported",
      "Push the image again in the format of OCI or of Docker's schema 2.",
    );
  return { ...parsed, digest };
}

export const digestOf = (body: Buffer) => `sha256:${createHash("sha256").update(body).digest("hex")}`;
export const readBody = (client: RegistryClient, { body }: Response, maxBytes: number) =>
  readBounded(body, maxBytes, () =>
    client.fail(`sent more than ${maxBytes / 1024 ** 2} MiB`, "Contact its operator."),
  );
export const wrongDigest = (client: RegistryClient, what: string) =>
  client.fail(`sent a ${what} with a wrong digest`, "The image may be damaged or forged. Push it again.");

import type { ImageRequest, RemoteFeature } from "../../core/turns/index.ts";
import { readBounded } from "../../runtime/read-bounded.ts";
import { Rejected } from "../assemble/rejected.ts";
import { downloadBlob } from "./download-blob.ts";
import { readFeatureArchive } from "./read-feature-archive.ts";
import { readManifest } from "./read-manifest.ts";
import { parseReference } from "./reference.ts";
import { RegistryClient, type RegistryClientOptions } from "./registry-client.ts";

/** Media type of the archive (Dev Container Features distribution specification). */
const archiveType = "application/vnd.devcontainers.layer.v1+tar";
const maxArchiveBytes = 16 * 1024 ** 2;

/** Downloads a feature of dev containers. See `Images.readFeature`. */
export async function readFeature(
  options: Pick<RegistryClientOptions, "fetch" | "backoff">,
  { reference: text, credential }: ImageRequest,
  signal: AbortSignal,
): Promise<RemoteFeature> {
  const reference = parseReference(text);
  const client = new RegistryClient({ ...options, reference, credential });
  const manifest = await readManifest(client, reference.version, signal);
  const layers = manifest.kind === "image" ? manifest.image.layers : [];
  const [archive, ...others] = layers.filter(({ mediaType }) => mediaType === archiveType);
  if (archive === undefined || others.length > 0)
    throw client.fail("has something that is not a feature of dev containers", "Check the name.");
  const tooLarge = () =>
    client.fail(`has a feature of more than ${maxArchiveBytes / 1024 ** 2} MiB`, "Use a smaller feature.");
  if (archive.size > maxArchiveBytes) throw tooLarge();
  const bytes = await readBounded(downloadBlob(client, archive, signal), maxArchiveBytes, tooLarge);
  return {
    pinned: `${reference.registry}/${reference.repository}@${manifest.digest}`,
    files: await readFeatureArchive(bytes).catch((cause) => {
      if (!(cause instanceof Rejected)) throw cause;
      throw client.fail(
        "has a feature that cannot be used",
        `The archive was rejected: ${cause.message}`,
        cause,
      );
    }),
  };
}

import { createHash } from "node:crypto";
import type { RemoteImage } from "../../layer/images.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { BuildContext } from "../build-context.ts";
import { type Content, type Place, runIn, writeFile } from "./write-file.ts";

const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

/**
 * Writes an image to a folder of a sandbox, as an OCI layout with one layer. The server downloads the image as it does for
 * the source `image`, so the sandbox needs no access to the registry, and each file exists only once.
 */
export async function placeImage(
  context: Pick<BuildContext, "layers" | "ports">,
  sandbox: Sandbox,
  { image, folder }: { readonly image: RemoteImage; readonly folder: string },
  signal: AbortSignal,
): Promise<void> {
  const layers = await context.ports.layers();
  const source = { kind: "image", layers: image.download(signal), needsGlibc: false } as const;
  const { digest } = await context.layers.add(source, signal);
  const place = { sandbox, folder, signal };
  const layer = await put(place, layers.readFolder(digest, "/", signal));
  const { env, user, workingFolder } = image.config;
  const config = await putJson(place, {
    os: "linux",
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    config: { Env: env, User: user, WorkingDir: workingFolder },
    rootfs: { type: "layers", diff_ids: [layer.digest] },
  });
  const manifest = await putJson(place, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, ...config },
    layers: [{ mediaType: mediaTypes.layer, ...layer }],
  });
  await writeFile(place, "oci-layout", [JSON.stringify({ imageLayoutVersion: "1.0.0" })]);
  const manifests = [{ mediaType: mediaTypes.manifest, ...manifest }];
  await writeFile(place, "index.json", [JSON.stringify({ schemaVersion: 2, manifests })]);
}

const putJson = (place: Place, value: object) => put(place, [JSON.stringify(value)]);

/** Writes a blob, and names it after its digest. */
async function put(
  place: Place,
  content: Content,
): Promise<{ readonly digest: string; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  await writeFile(
    place,
    "blob",
    (async function* () {
      for await (const chunk of content) {
        const bytes = Buffer.from(chunk as Uint8Array);
        hash.update(bytes);
        size += bytes.byteLength;
        yield bytes;
      }
    })(),
  );
  const hex = hash.digest("hex");
  await runIn(place, 'cd "$1" && mkdir -p blobs/sha256 && mv blob "blobs/sha256/$2"', [hex], []);
  return { digest: `sha256:${hex}`, size };
}

import { createHash } from "node:crypto";
import { AppError } from "../../core/base/index.ts";
import type { ImageLayout, LocalImage } from "../../core/turns/index.ts";
import { readBounded } from "../../runtime/read-bounded.ts";
import {
  type Descriptor,
  isLayerType,
  type Manifest,
  maxConfigBytes,
  maxManifestBytes,
  parseConfigFile,
  parseManifest,
} from "./manifest.ts";
import { parseJson } from "./registry-client.ts";

const indexType = "application/vnd.oci.image.index.v1+json";

/** Reads the only image of an OCI image layout. Everything in it is untrusted. See `Images.readLayout`. */
export async function readLayout(
  layout: ImageLayout,
  maxBytes: number,
  signal: AbortSignal,
): Promise<LocalImage> {
  const list = parseManifest(await readJson(layout, "index.json", maxManifestBytes, signal), indexType);
  const [entry, ...others] = list?.kind === "index" ? list.index.manifests : [];
  if (entry === undefined || others.length > 0) throw rejected("does not contain exactly one image");
  const manifest = await readManifest(layout, entry, signal);
  const config = parseConfigFile(parseJson(await readText(layout, manifest.config, maxConfigBytes, signal)));
  if (config === null) throw rejected("has a configuration that is not valid");
  if (!manifest.layers.every(({ mediaType }) => isLayerType(mediaType)))
    throw rejected("has a layer of an unknown type");
  if (manifest.layers.reduce((total, { size }) => total + size, 0) > maxBytes)
    throw new AppError(
      "too_large",
      `The layers of the built image have more than ${Math.floor(maxBytes / 1024 ** 2)} MiB. Build a smaller image, or increase TEMBO_LAYER_CACHE_GB.`,
    );
  return {
    config: {
      env: config.config?.Env ?? [],
      user: config.config?.User ?? "",
      workingFolder: config.config?.WorkingDir ?? "",
    },
    async *download(within) {
      for (const layer of manifest.layers) yield readBlob(layout, layer, within);
    },
  };
}

async function readManifest(layout: ImageLayout, entry: Descriptor, signal: AbortSignal): Promise<Manifest> {
  const text = await readText(layout, entry, maxManifestBytes, signal);
  const parsed = parseManifest(parseJson(text), entry.mediaType);
  if (parsed?.kind !== "image") throw rejected("has a manifest that is not supported");
  return parsed.image;
}

async function readJson(layout: ImageLayout, path: string, maxBytes: number, signal: AbortSignal) {
  const body = await readBounded(layout.open(path, signal), maxBytes, () =>
    rejected("has a list that is too long"),
  );
  return parseJson(body.toString("utf8"));
}

async function readText(layout: ImageLayout, descriptor: Descriptor, maxBytes: number, signal: AbortSignal) {
  const tooLong = () => rejected("has a manifest or a configuration that is too long");
  return (await readBounded(readBlob(layout, descriptor, signal), maxBytes, tooLong)).toString("utf8");
}

async function* readBlob(
  layout: ImageLayout,
  { digest, size }: Descriptor,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let received = 0;
  for await (const chunk of layout.open(`blobs/${digest.replace(":", "/")}`, signal)) {
    received += chunk.byteLength;
    if (received > size) throw rejected("has a file that is longer than it should be");
    hash.update(chunk);
    yield chunk;
  }
  if (received !== size || `sha256:${hash.digest("hex")}` !== digest)
    throw rejected("has a file with a wrong digest");
}

const rejected = (what: string) => new AppError("image_failed", `The build output ${what}. Build it again.`);

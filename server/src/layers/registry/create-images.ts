import { AppError } from "../../core/base/index.ts";
import type { ImageRequest, Images, RemoteImage } from "../../core/turns/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import { downloadBlob } from "./download-blob.ts";
import {
  type ConfigFile,
  choosePlatform,
  type Descriptor,
  isLayerType,
  listPlatforms,
  type Manifest,
  maxConfigBytes,
  parseConfigFile,
} from "./manifest.ts";
import { readFeature } from "./read-feature.ts";
import { readLayout } from "./read-layout.ts";
import { digestOf, readBody, readManifest, wrongDigest } from "./read-manifest.ts";
import { type ImageReference, parseReference } from "./reference.ts";
import { parseJson, RegistryClient } from "./registry-client.ts";

export interface ImagesOptions {
  readonly fetch: OutboundFetch;
  /** Maximum total size of an image's compressed layers. */
  readonly maxBytes: number;
  /** Processor in the words of images. Defaults to this machine's. */
  readonly architecture?: string;
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
}

/** Returns the name that images use for this machine's processor. */
const thisArchitecture = () => (process.arch === "x64" ? "amd64" : process.arch);

/** Creates the client for container registries. */
export function createImages(options: ImagesOptions): Images {
  const { fetch, maxBytes, architecture = thisArchitecture(), backoff } = options;
  return {
    readLayout: (layout, signal) => readLayout(layout, maxBytes, signal),
    readFeature: (request, signal) => readFeature({ fetch, ...(backoff && { backoff }) }, request, signal),
    resolve: async ({ reference: text, credential }: ImageRequest, signal) => {
      const reference = parseReference(text);
      const client = new RegistryClient({ fetch, reference, credential, ...(backoff && { backoff }) });
      const { image, digest } = await findImage({ client, reference, architecture }, signal);
      const config = await readConfig(client, image, signal);
      requireUsable({ client, image, config, architecture, maxBytes });
      return {
        pinned: `${reference.registry}/${reference.repository}@${digest}`,
        config: {
          env: config.config?.Env ?? [],
          user: config.config?.User ?? "",
          workingFolder: config.config?.WorkingDir ?? "",
        },
        async *download(downloadSignal) {
          for (const layer of image.layers) yield downloadBlob(client, layer, downloadSignal);
        },
      } satisfies RemoteImage;
    },
  };
}

interface Search {
  readonly client: RegistryClient;
  readonly reference: ImageReference;
  readonly architecture: string;
}

async function findImage({ client, reference, architecture }: Search, signal: AbortSignal) {
  const first = await readManifest(client, reference.version, signal);
  if (first.kind === "image") return first;
  const chosen = choosePlatform(first.index, architecture);
  if (chosen === null)
    throw client.fail(
      `has no image for linux/${architecture}, only for ${listPlatforms(first.index) || "no platform"}`,
      "Choose another image, or run Tembo on another machine.",
    );
  const second = await readManifest(client, chosen.digest, signal);
  if (second.kind === "image") return second;
  throw client.fail("nests its lists of images", "Use the digest of an image.");
}

async function readConfig(
  client: RegistryClient,
  { config }: Manifest,
  signal: AbortSignal,
): Promise<ConfigFile> {
  if (config.size > maxConfigBytes)
    throw client.fail("has an image with a configuration of more than 8 MiB", "Use another image.");
  const response = await client.get(`blobs/${config.digest}`, { accept: "*/*" }, signal);
  const body = await readBody(client, response, maxConfigBytes);
  if (digestOf(body) !== config.digest) throw wrongDigest(client, "configuration");
  const parsed = parseConfigFile(parseJson(body.toString("utf8")));
  if (parsed === null)
    throw client.fail("has something that is not a container image", "Check the name of the image.");
  return parsed;
}

function requireUsable({
  client,
  image,
  config,
  architecture,
  maxBytes,
}: {
  readonly client: RegistryClient;
  readonly image: Manifest;
  readonly config: ConfigFile;
  readonly architecture: string;
  readonly maxBytes: number;
}): void {
  const platform = `${config.os ?? "linux"}/${config.architecture ?? architecture}`;
  if (platform !== `linux/${architecture}`)
    throw client.fail(
      `has an image for ${platform}, but this machine is linux/${architecture}`,
      "Choose another image, or run Tembo on another machine.",
    );
  const foreign = image.layers.find(({ mediaType }) => !isLayerType(mediaType));
  if (foreign !== undefined)
    throw client.fail(
      `has an image with a layer of the type ${JSON.stringify(foreign.mediaType.slice(0, 100))}`,
      "Push the image again with tar layers that are plain or compressed with gzip or zstd.",
    );
  if (sizeOf(image.layers) > maxBytes)
    throw new AppError(
      "too_large",
      `The compressed layers of the image have more than ${Math.floor(maxBytes / 1024 ** 2)} MiB. Use a smaller image, or increase TEMBO_LAYER_CACHE_GB.`,
    );
}

const sizeOf = (layers: readonly Descriptor[]) => layers.reduce((total, { size }) => total + size, 0);

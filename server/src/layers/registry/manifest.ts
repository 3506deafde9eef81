import { z } from "zod";

const oci = "application/vnd.oci.image";
const docker = "application/vnd.docker.distribution.manifest";

/** Media types of a list with one image for each platform. */
const indexTypes: readonly string[] = [`${oci}.index.v1+json`, `${docker}.list.v2+json`];
const manifestTypes: readonly string[] = [`${oci}.manifest.v1+json`, `${docker}.v2+json`];
export const acceptedTypes = [...manifestTypes, ...indexTypes].join(", ");

const layerType =
  /^application\/vnd\.(?:oci\.image\.layer\.v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.diff\.tar(?:\.gzip|\.zstd)?)$/;

export const maxManifestBytes = 4 * 1024 ** 2;
export const maxConfigBytes = 8 * 1024 ** 2;
const maxLayers = 200;
/** Word for an operating system or a processor. It appears in error messages. */
const platformWord = z
  .string()
  .max(50)
  .regex(/^[\w.-]*$/);
const descriptor = z.object({
  mediaType: z.string().max(300),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
});

export type Descriptor = z.infer<typeof descriptor>;

const indexSchema = z.object({
  manifests: z
    .array(
      descriptor.extend({
        platform: z
          .object({ os: platformWord, architecture: platformWord, variant: platformWord.optional() })
          .optional(),
      }),
    )
    .max(1_000),
});
const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor).min(1).max(maxLayers) });
const configSchema = z.object({
  os: platformWord.optional(),
  architecture: platformWord.optional(),
  config: z
    .object({
      Env: z.array(z.string().max(32_768)).max(1_000).nullish(),
      User: z.string().max(200).nullish(),
      WorkingDir: z.string().max(4_096).nullish(),
    })
    .nullish(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type PlatformIndex = z.infer<typeof indexSchema>;
export type ConfigFile = z.infer<typeof configSchema>;

/** Parses a list or an image's manifest. Returns null if the text is neither. `mediaType` comes from the response, for old registries. */
export function parseManifest(
  body: unknown,
  mediaType: string,
):
  | { readonly kind: "index"; readonly index: PlatformIndex }
  | { readonly kind: "image"; readonly image: Manifest }
  | null {
  const stated = z.object({ mediaType: z.string().max(300) }).safeParse(body);
  const type = stated.success ? stated.data.mediaType : mediaType.split(";")[0]!.trim();
  if (indexTypes.includes(type)) {
    const parsed = indexSchema.safeParse(body);
    return parsed.success ? { kind: "index", index: parsed.data } : null;
  }
  const parsed = manifestTypes.includes(type) ? manifestSchema.safeParse(body) : null;
  return parsed?.success === true ? { kind: "image", image: parsed.data } : null;
}

export function parseConfigFile(body: unknown): ConfigFile | null {
  const parsed = configSchema.safeParse(body);
  return parsed.success ? parsed.data : null;
}

/** Returns the image for Linux on this processor, or null. */
export function choosePlatform({ manifests }: PlatformIndex, architecture: string): Descriptor | null {
  const fits = manifests.filter(
    ({ platform }) => platform?.os === "linux" && platform.architecture === architecture,
  );
  return fits.find(({ platform }) => platform?.variant === undefined) ?? fits[0] ?? null;
}

/** Lists the platforms of an image, for an error message. */
export const listPlatforms = ({ manifests }: PlatformIndex): string =>
  manifests
    .flatMap(({ platform }) => (platform === undefined || platform.os === "unknown" ? [] : [platform]))
    .map(({ os, architecture }) => `${os}/${architecture}`)
    .slice(0, 20)
    .join(", ");

export const isLayerType = (mediaType: string) => layerType.test(mediaType);

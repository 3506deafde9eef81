import { AppError } from "../../base/index.ts";
import type { ProjectSource } from "../../sessions/index.ts";
import { findRegistryCredential } from "../environment/registry-credential.ts";
import type { LayerDigest } from "../layer/layers.ts";
import type { Base } from "./base.ts";
import type { BuildContext } from "./build-context.ts";

type ImageSource = Extract<ProjectSource, { readonly kind: "image" }>;

/**
 * Finds an image in its registry, and writes the pinned reference to the build's log. Throws the errors of
 * `Images.resolve`, and `invalid_input` if the credential or the image's variables are not usable.
 */
export async function resolveImage(
  context: BuildContext,
  source: ImageSource,
  signal: AbortSignal,
): Promise<Base> {
  const { ports, organization, output } = context;
  const { reference } = source;
  const credential = await findRegistryCredential(ports, organization.id, source);
  const image = await ports.images.resolve({ reference, credential }, signal);
  await output.add(`[The image ${reference} is ${image.pinned}.]\n`);
  return {
    identity: image.pinned,
    pinned: image.pinned,
    env: variablesOf(image.config.env),
    load: async (within) => {
      const known = await findKnown(context, image.pinned);
      if (known !== null) {
        await output.add("[The image is on this machine.]\n");
        return [known];
      }
      await output.add("[Downloading the image.]\n");
      const layers = await ports.layers();
      const started = ports.clock.now().getTime();
      const layer = await layers.add(
        { kind: "image", layers: image.download(within), needsGlibc: true },
        within,
      );
      const seconds = Math.round((ports.clock.now().getTime() - started) / 1_000);
      await output.add(
        `[The image takes ${megabytes(layer.bytes)} on this machine. Download: ${seconds} s.]\n`,
      );
      return [layer.digest];
    },
  };
}

/**
 * Returns the layer that an earlier build of any project made from the same image, or null if it is not on this machine.
 * The registry has just allowed this build to read the image.
 */
async function findKnown({ ports }: BuildContext, pinned: string): Promise<LayerDigest | null> {
  const snapshot = await ports.store.projectSnapshots.findByBase(pinned);
  const digest = snapshot?.layers[0] as LayerDigest | undefined;
  if (digest === undefined) return null;
  return (await (await ports.layers()).find(digest))?.digest ?? null;
}

const maxVariablesLength = 64 * 1024;

/**
 * Returns an image's variables by name. Ignores texts that are not variables. Throws `invalid_input` if they are longer
 * than 64 KiB together. Pure.
 */
export function variablesOf(texts: readonly string[]): Readonly<Record<string, string>> {
  const pairs = texts.flatMap((text) => {
    const [, name, value] = /^([A-Za-z_]\w*)=([^\0]*)$/s.exec(text) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const variables = Object.fromEntries(pairs);
  if (JSON.stringify(variables).length <= maxVariablesLength) return variables;
  throw new AppError(
    "invalid_input",
    "The image sets variables of more than 64 KiB, which programs cannot receive. Remove some of them from the image.",
  );
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MiB`;

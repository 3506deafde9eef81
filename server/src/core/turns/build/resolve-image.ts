import { findRegistryCredential } from "../environment/registry-credential.ts";
import type { Base } from "./base.ts";
import type { BuildContext } from "./build-context.ts";
import { findKnownBase } from "./find-known-base.ts";
import { variablesOf } from "./image-variables.ts";

/**
 * Finds an image in its registry, and writes the pinned reference to the build's log. Throws the errors of
 * `Images.resolve`, and `invalid_input` if the credential or the image's variables are not usable.
 */
export async function resolveImage(
  context: BuildContext,
  { reference }: { readonly reference: string },
  signal: AbortSignal,
): Promise<Base> {
  const { ports, organization, build, output } = context;
  const credential = await findRegistryCredential(ports, organization.id, build.recipe.source);
  const image = await ports.images.resolve({ reference, credential }, signal);
  await output.add(`[The image ${reference} is ${image.pinned}.]\n`);
  const env = variablesOf(image.config.env);
  return {
    identity: image.pinned,
    pinned: image.pinned,
    load: async (within) => {
      // The digest determines the content, and the registry has just allowed this build to read the image.
      const known = await findKnownBase(context, { identity: image.pinned, projectId: null }, within);
      if (known !== null) {
        await output.add("[The image is on this machine.]\n");
        return known;
      }
      await output.add("[Downloading the image.]\n");
      const started = ports.clock.now().getTime();
      const layer = await context.layers.add(
        { kind: "image", layers: image.download(within), needsGlibc: true },
        within,
      );
      const seconds = Math.round((ports.clock.now().getTime() - started) / 1_000);
      await output.add(
        `[The image takes ${megabytes(layer.bytes)} on this machine. Download: ${seconds} s.]\n`,
      );
      return { layers: [layer.digest], env };
    },
  };
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MiB`;

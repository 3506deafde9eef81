import { createHash } from "node:crypto";
import { findRegistryCredential } from "../../environment/registry-credential.ts";
import type { RemoteImage } from "../../layer/images.ts";
import type { Base } from "../base.ts";
import type { BuildContext } from "../build-context.ts";
import { findKnownBase } from "../find-known-base.ts";
import { buildImage, type ImageBuild } from "./build-image.ts";

/** Part of the identity. Increase it if the same inputs would become another image. */
const version = 1;

/**
 * Finds images in their registries with the project's credential, and writes the pinned references to the build's log. Throws the errors of
 * `Images.resolve`, and `invalid_input` if the credential is not usable.
 */
export async function findImages(
  { ports, organization, build, output }: BuildContext,
  references: readonly string[],
  signal: AbortSignal,
): Promise<RemoteImage[]> {
  const credential = await findRegistryCredential(ports, organization.id, build.recipe.source);
  const images = await Promise.all(
    references.map((reference) => ports.images.resolve({ reference, credential }, signal)),
  );
  for (const [index, reference] of references.entries())
    await output.add(`[The image ${reference} is ${images[index]!.pinned}.]\n`);
  return images;
}

/**
 * Returns the base that a build makes, or that an earlier build of the project made from the same images, features and `inputs`. `name`
 * describes it in the build's log.
 */
export function builtBase(
  context: BuildContext,
  build: ImageBuild,
  { name, inputs }: { readonly name: string; readonly inputs: object },
): Base {
  const { features, users } = build.installation;
  const identity = identityOf({
    ...{ version, platform: process.arch, ...inputs },
    images: build.images.map(({ pinned }) => pinned),
    ...(features.length > 0 && { users, features: features.map(({ key, pinned }) => [key, pinned]) }),
  });
  return {
    identity,
    pinned: null,
    load: async (within) => {
      const known = await findKnownBase(context, { identity, projectId: context.project.id }, within);
      if (known === null) return buildImage(context, build, within);
      await context.output.add(`[The image of ${name} is on this machine.]\n`);
      return known;
    },
  };
}

/** Returns a text that changes with a value. Pure. */
export const identityOf = (value: unknown): string =>
  `dockerfile:${createHash("sha256").update(JSON.stringify(value)).digest("hex")}`;

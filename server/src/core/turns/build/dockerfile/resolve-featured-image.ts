import type { Base } from "../base.ts";
import type { BuildCheckout, BuildContext } from "../build-context.ts";
import type { Installation } from "../features/feature.ts";
import { builtBase, findImages } from "./built-base.ts";

/** Finds an image on which features are installed. Throws the errors of `findImages`. */
export async function resolveFeaturedImage(
  context: BuildContext,
  checkout: BuildCheckout,
  { reference, installation }: { readonly reference: string; readonly installation: Installation },
  signal: AbortSignal,
): Promise<Base> {
  const images = await findImages(context, [reference], signal);
  const build = { checkout, dockerfile: null, images, installation };
  return builtBase(context, build, { name: "the dev container", inputs: { kind: "features" } });
}

import { AppError } from "../../base/index.ts";
import type { BuildRecipe } from "./build/project-build.ts";

type Setting = Pick<BuildRecipe, "source" | "user">;

/** Settings of the API that no build can use. To support one, remove its entry. */
const unsupported: readonly {
  readonly isUsed: (setting: Setting) => boolean;
  readonly field: string;
  readonly sentence: string;
}[] = [
  {
    isUsed: ({ user, source }) => user === "root" && source.kind === "machine",
    field: "user",
    sentence:
      'The user root needs a system of its own, but the source is the worker\'s own system. Use an image, a Dockerfile or a dev container as the source, or set "user" to "user".',
  },
];

/** Throws `invalid_input` if a project or the recipe of a build uses a setting that is not supported. */
export function requireSupported(setting: Setting): void {
  const found = unsupported.find(({ isUsed }) => isUsed(setting));
  if (found !== undefined) throw new AppError("invalid_input", found.sentence, { field: found.field });
}

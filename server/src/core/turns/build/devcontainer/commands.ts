import type { Devcontainer, Lifecycle } from "../base-files.ts";
import type { Feature } from "../features/feature.ts";

/** Commands of a dev container and its features. */
export interface Commands {
  /** Commands that run once, in this order. */
  readonly setup: readonly { readonly name: string; readonly command: Lifecycle }[];
  /** Commands that run at each start, in this order. */
  readonly starts: readonly Lifecycle[];
}

type Owner = Pick<Devcontainer, "setup" | "start">;

/** Returns the commands in their order: for each kind, the commands of features before the command of the file at `path`. Pure. */
export function commandsOf(
  file: Owner,
  path: string,
  features: readonly (Owner & Pick<Feature, "name">)[],
): Commands {
  const owners = [
    ...features.map((one) => ({ ...one, name: `the feature ${one.name}` })),
    { ...file, name: path },
  ];
  const kinds = ["onCreateCommand", "updateContentCommand", "postCreateCommand"];
  return {
    setup: kinds.flatMap((kind) =>
      owners.flatMap(({ name: owner, setup }) =>
        setup
          .filter(({ name }) => name === kind)
          .map(({ name, command }) => ({ name: `${name} of ${owner}`, command })),
      ),
    ),
    starts: owners.flatMap(({ start }) => (start === null ? [] : [start])),
  };
}

/** Returns a script that runs others in a folder until one fails, or null if there are none. Pure. */
export function startScriptOf(scripts: readonly string[], folder: string): string | null {
  if (scripts.length === 0) return null;
  const enter = `cd '${folder.replaceAll("'", "'\\''")}' || exit`;
  const parts = scripts.map((script) => `(\n${script}\n)`);
  return scripts.length === 1 ? `${enter}\n${scripts[0]}` : `${enter}\n${parts.join(" &&\n")}`;
}

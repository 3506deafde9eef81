import { LengthLimit } from "../../../../runtime/length-limit.ts";
import { AppError } from "../../../base/index.ts";
import { maxVariablesLength, requireShort } from "../image-variables.ts";

/** Reference to a variable of the container. */
export interface VariableReference {
  readonly name: string;
  /** Value if the variable does not exist. */
  readonly other: string;
}

/**
 * Returns the parts of a text in a devcontainer.json. Replaces `${containerWorkspaceFolder}` and similar variables by
 * `workspaceFolder`, the path of the repository's checkout in the sandbox. A variable of the developer's machine has its
 * default value, because there is no such machine. Other texts remain. Pure.
 */
export function splitVariables(text: string, workspaceFolder: string): (string | VariableReference)[] {
  const parts: (string | VariableReference)[] = [];
  let end = 0;
  // Each start that has no end would search the rest of the text.
  const closed = text.slice(0, text.lastIndexOf("}") + 1);
  for (const match of closed.matchAll(/\$\{([A-Za-z]+)(?::([^}:]*)(?::([^}]*))?)?\}/g)) {
    const [all, kind = "", name = "", other = ""] = match;
    parts.push(text.slice(end, match.index));
    end = match.index + all.length;
    parts.push(kind === "containerEnv" ? { name, other } : (textOf(kind, other, workspaceFolder) ?? all));
  }
  return [...parts, text.slice(end)];
}

function textOf(kind: string, other: string, workspaceFolder: string): string | null {
  switch (kind) {
    case "containerWorkspaceFolder":
    case "localWorkspaceFolder":
      return workspaceFolder;
    case "containerWorkspaceFolderBasename":
    case "localWorkspaceFolderBasename":
      return workspaceFolder.split("/").at(-1)!;
    case "localEnv":
      return other;
    default:
      return null;
  }
}

/**
 * Adds the variables of devcontainer.json to the variables of a system. `containerEnv` may refer to variables of the
 * system, and `remoteEnv` also to `containerEnv`. Null removes a variable. Throws `invalid_input` if all variables together are
 * longer than 64 KiB. Pure.
 */
export function resolveVariables(
  env: Readonly<Record<string, string>>,
  { containerEnv, remoteEnv }: Readonly<Record<"containerEnv" | "remoteEnv", Variables>>,
  workspaceFolder: string,
): Record<string, string> {
  let resolved = { ...env };
  for (const added of [containerEnv, remoteEnv]) {
    const known = resolved;
    const limit = new LengthLimit(maxVariablesLength, maxVariablesLength);
    const replace = (name: string, value: string) => {
      const add = limit.open(() => tooLong(name));
      return splitVariables(value, workspaceFolder)
        .map((part) => {
          const text = typeof part === "string" ? part : readOwn(known, part);
          add(text.length);
          return text;
        })
        .join("");
    };
    const all = Object.entries<string | null>({ ...known, ...added });
    resolved = Object.fromEntries(
      all.flatMap(([name, value]) => {
        if (value === null) return [];
        return [[name, Object.hasOwn(added, name) ? replace(name, value) : value]];
      }),
    );
  }
  requireShort(resolved, "The dev container and its image set", "Remove some of them.");
  return resolved;
}

const tooLong = (name: string) =>
  new AppError(
    "invalid_input",
    `The variables of the dev container have more than 64 KiB when ${name} is replaced. Shorten it or those that it refers to.`,
  );

const readOwn = (values: Readonly<Record<string, string>>, { name, other }: VariableReference) =>
  Object.hasOwn(values, name) ? values[name]! : other;

type Variables = Readonly<Record<string, string | null>>;

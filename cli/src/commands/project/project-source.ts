import type { ProjectSource, Tembo } from "@tembo-io/sdk";
import { UsageError } from "../../failure.ts";
import { requireRepository } from "../repo/enable-repository.ts";

/** Command options that select the system on which a project's environment is built. */
export interface SourceOptions {
  readonly machine?: boolean;
  readonly image?: string;
  readonly registry?: string;
  readonly registrySecret?: string;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly buildArg: readonly string[];
  readonly devcontainer?: string;
}

/**
 * Returns the source that the options select, or undefined if they select none. Throws `CommandError` if they
 * contradict each other or a repository does not exist.
 */
export async function parseSource(client: Tembo, options: SourceOptions): Promise<ProjectSource | undefined> {
  const { machine, image, dockerfile, devcontainer, registry, registrySecret, target, buildArg } = options;
  const chosen = [machine === true, image, dockerfile, devcontainer].filter(
    (one) => one !== undefined && one !== false,
  );
  if (chosen.length > 1)
    throw new UsageError(
      "More than one source was specified.",
      "use one of --machine, --image, --dockerfile and --devcontainer.",
    );
  const isOfFile = dockerfile !== undefined || devcontainer !== undefined;
  requireWith("--registry", registry !== undefined, "--dockerfile or --devcontainer", isOfFile);
  const mayNeedSecret = image !== undefined || isOfFile;
  const sources = "--image, --dockerfile or --devcontainer";
  requireWith("--registry-secret", registrySecret !== undefined, sources, mayNeedSecret);
  if (isOfFile) {
    const [hasHost, hasSecret] = [registry !== undefined, registrySecret !== undefined];
    requireWith("--registry", hasHost, "--registry-secret", hasSecret);
    requireWith("--registry-secret", hasSecret, "--registry", hasHost);
  }
  const access = {
    ...(registry !== undefined && { registry }),
    ...(registrySecret !== undefined && { registrySecret }),
  };
  requireWith("--target", target !== undefined, "--dockerfile", dockerfile !== undefined);
  requireWith("--build-arg", buildArg.length > 0, "--dockerfile", dockerfile !== undefined);
  if (machine === true) return { kind: "machine" };
  if (image !== undefined) return { kind: "image", reference: image, ...access };
  if (dockerfile !== undefined) {
    const { repositoryId, path } = await parseFile(client, dockerfile);
    if (path === undefined)
      throw new UsageError(
        `${JSON.stringify(dockerfile)} names no file.`,
        "use --dockerfile OWNER/NAME:PATH.",
      );
    return {
      kind: "dockerfile",
      repositoryId,
      path,
      ...(target !== undefined && { target }),
      ...(buildArg.length > 0 && { args: parseArgs(buildArg) }),
      ...access,
    };
  }
  if (devcontainer === undefined) return undefined;
  const { repositoryId, path } = await parseFile(client, devcontainer);
  return { kind: "devcontainer", repositoryId, ...(path !== undefined && { path }), ...access };
}

/** Describes a source in a few words. `repositoryName` returns the full name of a repository. */
export function describeSource(source: ProjectSource, repositoryName: (id: string) => string): string {
  switch (source.kind) {
    case "machine":
      return "the worker's system";
    case "image":
      return `image ${source.reference}`;
    case "dockerfile":
      return `Dockerfile ${repositoryName(source.repositoryId)}:${source.path}`;
    case "devcontainer":
      return `devcontainer ${repositoryName(source.repositoryId)}${source.path === undefined ? "" : `:${source.path}`}`;
  }
}

/** Splits `OWNER/NAME[:PATH]`, and finds the repository. */
async function parseFile(client: Tembo, given: string): Promise<{ repositoryId: string; path?: string }> {
  const [name = "", ...rest] = given.split(":");
  const path = rest.join(":");
  const { id } = await requireRepository(client, name);
  return { repositoryId: id, ...(path !== "" && { path }) };
}

function parseArgs(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((one) => {
      const [name = "", ...value] = one.split("=");
      if (name !== "" && value.length > 0) return [name, value.join("=")];
      throw new UsageError(
        `The build argument ${JSON.stringify(one)} does not have the form NAME=VALUE.`,
        "add a name and a value.",
      );
    }),
  );
}

function requireWith(option: string, isGiven: boolean, other: string, isOtherGiven: boolean): void {
  if (isGiven && !isOtherGiven)
    throw new UsageError(`${option} has no effect without ${other}.`, `add ${other}, or omit ${option}.`);
}

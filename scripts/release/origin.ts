import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Addresses of the release that is packed. Each is empty if the release is only for this machine. */
export interface Origin {
  /** Repository with the sources. npm compares it with the repository whose workflow publishes the packages. */
  readonly repository: string;
  /** Folder of the release's files. */
  readonly files: string;
  /** Container image of the release, with its tag. */
  readonly image: string;
}

/** Reads the addresses from the environment. Throws if one contains a character that could end a string in the installer. */
export function readOrigin(env: Readonly<Record<string, string | undefined>>): Origin {
  const read = (name: string, pattern: RegExp) => {
    const value = env[name] ?? "";
    if (value === "" || pattern.test(value)) return value;
    throw new Error(`${name} must match ${pattern}, but is "${value}".`);
  };
  const url = /^https:\/\/[\w.~:/+-]+$/;
  return {
    repository: read("TEMBO_RELEASE_REPOSITORY", url),
    files: read("TEMBO_RELEASE_URL", url),
    // Registries reject upper case, which the name of a repository can have.
    image: read("TEMBO_RELEASE_IMAGE", /^[\w.:/@-]+$/).toLowerCase(),
  };
}

/** Adds the repository to the package.json of a folder. npm publishes a package with provenance only if it names its repository. */
export function addRepository(folder: string, { repository }: Origin): void {
  if (repository === "") return;
  const file = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const added = { ...manifest, repository: { type: "git", url: `git+${repository}.git` } };
  writeFileSync(file, `${JSON.stringify(added, null, 2)}\n`);
}

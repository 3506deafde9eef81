export interface DevcontainerPlaces {
  /** Path of the repository's checkout in the sandbox. */
  readonly workspaceFolder: string;
  /** Variables of the image. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Replaces the variables of a devcontainer.json in a text, such as `${containerWorkspaceFolder}`. A variable of the
 * developer's machine has its default value, because there is no such machine. Other texts remain. Pure.
 */
export function replaceVariables(text: string, { workspaceFolder, env }: DevcontainerPlaces): string {
  return text.replaceAll(
    /\$\{([A-Za-z]+)(?::([^}:]*)(?::([^}]*))?)?\}/g,
    (all, kind: string, name = "", other = "") => {
      switch (kind) {
        case "containerWorkspaceFolder":
        case "localWorkspaceFolder":
          return workspaceFolder;
        case "containerWorkspaceFolderBasename":
        case "localWorkspaceFolderBasename":
          return workspaceFolder.split("/").at(-1)!;
        case "containerEnv":
          return env[name] ?? other;
        case "localEnv":
          return other;
        default:
          return all;
      }
    },
  );
}

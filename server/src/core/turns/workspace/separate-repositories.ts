import { paths } from "../../base/index.ts";
import type { Environment } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";

type Ports = Pick<TurnsPorts, "workspaceFiles" | "settings">;

/** Checkout that replaces a folder of an environment. */
export interface WantedCheckout {
  readonly repositoryId: string;
  /** Name of the folder in the workspace. */
  readonly directory: string;
}

/**
 * Moves an environment's repositories out of a restored workspace to `paths.environment`, because their `.git` is
 * untrusted. Removes the repositories without a checkout, and everything else at the paths of the checkouts.
 */
export async function separateRepositories(
  ports: Ports,
  { directories }: Pick<Environment, "directories">,
  checkouts: readonly WantedCheckout[],
  place: { readonly sessionId: string; readonly restored: string },
): Promise<void> {
  const { sessionId, restored } = place;
  const { dataDir } = ports.settings;
  await removeFolders(ports, sessionId, [paths.environments(dataDir, sessionId)]);
  for (const { repositoryId, directory } of checkouts) {
    if (directories[directory] !== repositoryId) continue;
    if (!(await ports.workspaceFiles.isFolder(restored, directory))) continue;
    const to = paths.environment(dataDir, sessionId, directory);
    await ports.workspaceFiles.move(`${restored}/${directory}`, `${to}/checkout`);
  }
  const others = [...Object.keys(directories), ...checkouts.map(({ directory }) => directory)];
  await removeFolders(
    ports,
    sessionId,
    others.map((name) => `${restored}/${name}`),
  );
}

/** Removes folders of a session, which no program may use meanwhile. */
export async function removeFolders(
  { workspaceFiles, settings }: Ports,
  sessionId: string,
  folders: readonly string[],
): Promise<void> {
  const aside = paths.removed(settings.dataDir, sessionId);
  if (await workspaceFiles.setAside(folders, aside)) await workspaceFiles.discard(aside);
}

import { forgeOf } from "../integration/forge-of.ts";
import { paths } from "../paths.ts";
import type { Ports } from "../ports/index.ts";
import type { Repository } from "../repository/repository.ts";
import { localRepositoryPath, repositoryKey, repositoryUrl } from "../repository/repository-url.ts";
import { submodulesOf } from "../repository/submodules.ts";
import type { ReachableSubmodule, TurnContext } from "./turn-context.ts";

const maxBytes = 64 * 1024;
const maxReachable = 50;

/** The connected, enabled repositories of the organization that `.gitmodules` files of the session's base branches name. The mirrors were fetched. */
export async function sessionSubmodules(
  { ports, session, checkouts }: TurnContext,
  signal: AbortSignal,
): Promise<readonly ReachableSubmodule[]> {
  const { dataDir, publicUrl } = ports.settings;
  const own = new Set(checkouts.map(({ repository }) => repository.id));
  const found = new Map<string, ReachableSubmodule>();
  for (const { repository, use } of checkouts) {
    const mirrorPath = paths.mirror(dataDir, repository.id);
    const branch = session.baseBranch ?? use.targetBranch;
    const text = await ports.git.readFile({ mirrorPath, branch, path: ".gitmodules", maxBytes }, signal);
    if (text === null) continue;
    for (const { url } of submodulesOf(text, repositoryUrl(publicUrl, repository))) {
      const known = await findConnected(ports, session.organizationId, url);
      if (known === null || own.has(known.id) || found.has(known.id) || found.size >= maxReachable) continue;
      found.set(known.id, {
        repository: known,
        forge: await forgeOf(ports, known),
        url,
        mirrorPath: paths.mirror(dataDir, known.id),
      });
    }
  }
  return [...found.values()];
}

async function findConnected(
  { store, settings }: Pick<Ports, "store" | "settings">,
  organizationId: string,
  url: string,
): Promise<Repository | null> {
  const local = localRepositoryPath(settings.publicUrl, url);
  const key = repositoryKey(url);
  const found =
    local !== null
      ? await store.repositories.findByPath(organizationId, "local", local.owner, local.name)
      : key === null
        ? null
        : await store.repositories.findByConnectedUrl(organizationId, key);
  return found === null || found.enabledAt === null ? null : found;
}

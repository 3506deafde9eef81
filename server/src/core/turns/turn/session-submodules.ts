import { paths } from "../../base/index.ts";
import {
  forgeOf,
  parseLocalRepositoryUrl,
  type Repository,
  repositoryKey,
  repositoryUrl,
  submodulesOf,
} from "../../forges/index.ts";
import { appendEvent } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { ReachableSubmodule } from "./checkout.ts";
import type { TurnContext, WorkContext } from "./turn-context.ts";

const maxBytes = 64 * 1024;
const maxReachable = 50;
const MAX_NAMED = 5;
const MAX_PATH_CHARS = 200;

/**
 * Returns the submodules of `findSubmodules`. In the first turn, appends a notice about other submodules, because only
 * public submodules can be fetched without a credential.
 */
export async function sessionSubmodules(
  context: TurnContext,
  signal: AbortSignal,
): Promise<readonly ReachableSubmodule[]> {
  const { reachable, notes } = await findSubmodules(context, signal);
  if (context.turn.number === 1)
    for (const { repositoryId, message } of notes)
      await appendEvent(context, `submodules:${repositoryId}`, { type: "notice", message });
  return reachable;
}

/**
 * Returns at most 50 of the organization's enabled repositories that the session's repositories use as submodules,
 * without the session's own repositories, and notes about submodules that are not reachable. Reads `.gitmodules` on
 * each base branch, so the mirrors must have been fetched.
 */
export async function findSubmodules(
  context: WorkContext,
  signal: AbortSignal,
): Promise<{
  readonly reachable: readonly ReachableSubmodule[];
  readonly notes: readonly { readonly repositoryId: string; readonly message: string }[];
}> {
  const { ports, session, checkouts } = context;
  const { dataDir, publicUrl } = ports.settings;
  const own = new Set(checkouts.map(({ repository }) => repository.id));
  const found = new Map<string, ReachableSubmodule>();
  const notes: { readonly repositoryId: string; readonly message: string }[] = [];
  for (const { repository, use } of checkouts) {
    const mirrorPath = paths.mirror(dataDir, repository.id);
    const branch = session.baseBranch ?? use.targetBranch;
    const file = await ports.git.readFile({ mirrorPath, branch, path: ".gitmodules", maxBytes }, signal);
    if (file === null) continue;
    const note = (message: string) =>
      notes.push({ repositoryId: repository.id, message: `${use.directory}: ${message}` });
    if (file.kind === "tooLarge") {
      note(
        `.gitmodules is larger than ${maxBytes / 1024} KiB, so Tembo did not read it. The agent can fetch a submodule only if it is public and the session may access its host.`,
      );
      continue;
    }
    const unconnected: string[] = [];
    for (const { path, url } of submodulesOf(file.text, repositoryUrl(publicUrl, repository))) {
      const known = await findConnected(ports, session.organizationId, url);
      if (known === null) unconnected.push(path);
      if (known === null || own.has(known.id) || found.has(known.id) || found.size >= maxReachable) continue;
      found.set(known.id, {
        repository: known,
        forge: await forgeOf(ports, known),
        url,
        mirrorPath: paths.mirror(dataDir, known.id),
      });
    }
    if (unconnected.length > 0) note(describeUnconnected(unconnected));
  }
  return { reachable: [...found.values()], notes };
}

function describeUnconnected(submodulePaths: readonly string[]): string {
  const named = submodulePaths.slice(0, MAX_NAMED).map((path) => path.slice(0, MAX_PATH_CHARS));
  const more = submodulePaths.length > MAX_NAMED ? ` and ${submodulePaths.length - MAX_NAMED} more` : "";
  return `No connected repository has these submodules: ${named.join(", ")}${more}. Connect their repositories. Otherwise, the agent can fetch them only if they are public and the session may access their hosts.`;
}

async function findConnected(
  { store, settings }: Pick<TurnsPorts, "store" | "settings">,
  organizationId: string,
  url: string,
): Promise<Repository | null> {
  const local = parseLocalRepositoryUrl(settings.publicUrl, url);
  const key = repositoryKey(url);
  const found =
    local !== null
      ? await store.repositories.findByPath(organizationId, "local", local.owner, local.name)
      : key === null
        ? null
        : await store.repositories.findByConnectedUrl(organizationId, key);
  return found === null || found.enabledAt === null ? null : found;
}

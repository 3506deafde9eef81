import { AppError, reason } from "../../../base/index.ts";
import type { SavedCapture } from "../../../forges/index.ts";
import type { Omissions } from "../../sandbox/omissions.ts";
import type { Sandbox, SandboxFolder } from "../../sandbox/sandbox.ts";
import { homeCaches, packageCaches } from "../../workspace/package-caches.ts";
import type { Checkout } from "../checkout.ts";
import type { WorkContext } from "../turn-context.ts";
import { siteOf } from "../workspace-layout.ts";
import type { SavedCaptureBlobs, SavedFiles, SavedTier } from "./saved-workspace.ts";

/** Maximum size of one archive or pack after compression. */
const maxSavedBytes = 2 * 1024 ** 3;

export interface StoredFiles {
  readonly files: Omit<SavedFiles, "promptedTurnId">;
  readonly captures: readonly SavedCaptureBlobs[];
}

/**
 * Stores the session's files and captured commits as blobs, to which no row refers yet. A machine that drains stores complete
 * files, or only the changes if the complete ones are too large or take more than half of the time.
 */
export async function storeFiles(
  context: WorkContext,
  sandbox: Sandbox,
  limitMs: number,
  stop?: AbortSignal,
): Promise<StoredFiles> {
  const [tier, otherwise] = tiersOf(context);
  const store = (chosen: SavedTier) => {
    const limit = AbortSignal.timeout(otherwise === undefined ? limitMs : limitMs / 2);
    return storeTier(context, sandbox, chosen, stop === undefined ? limit : AbortSignal.any([stop, limit]));
  };
  if (otherwise === undefined) return store(tier);
  try {
    return await store(tier);
  } catch (cause) {
    stop?.throwIfAborted();
    const { ports, session } = context;
    const fields = { sessionId: session.id, reason: reason(cause) };
    ports.log.warn(fields, "a session's files could not be saved completely; saving its changes");
    return store(otherwise);
  }
}

/**
 * Returns the tier to save, and the one to save if that fails. No setup script can restore the ignored files and caches that
 * an environment brought.
 */
function tiersOf({ ports, session }: WorkContext): readonly [SavedTier, SavedTier?] {
  if (session.projectId !== null) return ["full"];
  return ports.settings.isDraining ? ["full", "changes"] : ["changes"];
}

async function storeTier(
  context: WorkContext,
  sandbox: Sandbox,
  tier: SavedTier,
  signal: AbortSignal,
): Promise<StoredFiles> {
  const { ports } = context;
  const captures = await storeCaptures(context, signal);
  const omissions = omissionsOf(context, tier);
  const save = async (folder: SandboxFolder) => {
    const archive = ports.compression.compress(sandbox.exportFolder(folder, signal, omissions[folder]));
    return (await put(context, archive, signal)).id;
  };
  const [workspaceBlobId, homeBlobId] = [await save("workspace"), await save("home")];
  return { files: { tier, workspaceBlobId, homeBlobId, savedAt: ports.clock.now() }, captures };
}

const omissionsOf = (
  { checkouts }: WorkContext,
  tier: SavedTier,
): Readonly<Record<SandboxFolder, Omissions>> =>
  tier === "full"
    ? { workspace: { paths: [] }, home: { paths: packageCaches } }
    : {
        workspace: { filesInGitOf: checkouts.map(({ use }) => use.directory) },
        home: { paths: homeCaches },
      };

/** Stores the session's captured commits as blobs, to which no row refers yet. */
export async function storeCaptures(context: WorkContext, signal: AbortSignal): Promise<SavedCaptureBlobs[]> {
  const captures: SavedCaptureBlobs[] = [];
  for (const checkout of context.checkouts) {
    const use = (saved: SavedCapture) => storeCapture(context, checkout, saved, signal);
    const capture = await context.ports.git.exportCapture({ site: siteOf(context, checkout) }, use, signal);
    if (capture !== null) captures.push(capture);
  }
  return captures;
}

async function storeCapture(
  context: WorkContext,
  { repository }: Checkout,
  { refs, exclude, formerPack, ownPack }: SavedCapture,
  signal: AbortSignal,
): Promise<SavedCaptureBlobs> {
  const store = async (pack: AsyncIterable<Uint8Array> | null) =>
    pack === null ? null : (await put(context, pack, signal)).id;
  const [formerBlobId, ownBlobId] = [await store(formerPack), await store(ownPack)];
  return { repositoryId: repository.id, refs, exclude, formerBlobId, ownBlobId };
}

function put({ ports, session }: WorkContext, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal) {
  const owner = { organizationId: session.organizationId, kind: "workspace" } as const;
  return ports.blobs.put(owner, bytes, { maxBytes: maxSavedBytes, signal });
}

/** Returns the IDs of all blobs. */
export function blobIdsOf({ files, captures }: StoredFiles): string[] {
  const packs = captures.flatMap(({ formerBlobId, ownBlobId }) => [formerBlobId, ownBlobId]);
  return [files.workspaceBlobId, files.homeBlobId, ...packs.filter((id) => id !== null)];
}

/** True for an error that means that the files are larger than the limit. */
export const isTooLarge = (cause: unknown) => cause instanceof AppError && cause.code === "invalid_input";

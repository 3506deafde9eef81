import { AppError } from "../../base/index.ts";
import {
  type BuildProgress,
  buildIdentity,
  type Environment,
  type EnvironmentOrigin,
  requireSupported,
  variableVersions,
} from "../../sessions/index.ts";
import { findLockfiles } from "../environment/find-lockfiles.ts";
import type { LayerDigest } from "../layer/layers.ts";
import type { Sandbox, SandboxSystem } from "../sandbox/sandbox.ts";
import type { Base } from "./base.ts";
import { type BuildContext, repositoriesOf } from "./build-context.ts";
import { sandboxSpecOf } from "./build-sandbox.ts";
import { installDependencies } from "./install-dependencies.ts";
import { openBuildEndpoints } from "./open-build-endpoints.ts";
import { cleanFolders, packEnvironment } from "./pack-environment.ts";
import { createBuildWorkspace, fetchMirrors } from "./prepare-build-workspace.ts";
import { requireNode } from "./require-node.ts";
import { resolveBase } from "./resolve-base.ts";
import { runBaseSetup } from "./run-base-setup.ts";
import { runSetupScript } from "./run-setup-script.ts";

export type BuildResult =
  | { readonly kind: "made"; readonly environment: Environment }
  /** The project's active snapshot already has everything that the build would make. */
  | { readonly kind: "known"; readonly snapshotId: string };

/** Makes the environment of a build. Throws an error for people if a step fails. */
export async function runBuild(loaded: BuildContext, signal: AbortSignal): Promise<BuildResult> {
  const { ports, lease, build } = loaded;
  requireSupported(build.recipe);
  const phase = (phase: string, percent: number, message: string) =>
    reportProgress(loaded, { phase, message, percent });

  await phase("fetch", 5, "Fetching the repositories.");
  const context = await fetchMirrors(loaded, signal);
  const base = await resolveBase(context, signal);
  const found = await lockfilesOf(context, signal);
  const identity = identityOf(context, base);
  await ports.store.projectBuilds.heartbeat(lease, { at: ports.clock.now(), identity });
  const known = build.trigger === "rebuild" ? null : await findUsable(context, identity);
  if (known !== null) return { kind: "known", snapshotId: known };

  const { sandbox, system } = await openBuildSandbox(context, base, phase, signal);
  try {
    if (system !== null) await requireNode(context, sandbox, signal);
    await work(context, sandbox, { base, found, phase }, signal);
  } catch (cause) {
    signal.throwIfAborted();
    const limit = sandbox.limitReached();
    throw limit === null || isFenced(cause) ? cause : new AppError("limit_reached", limit, { cause });
  } finally {
    await sandbox.stop();
  }

  await phase("store", 80, "Storing the environment.");
  const { digest, bytes } = await packEnvironment(context, system, signal);
  const { platform } = ports.settings;
  const directories = Object.fromEntries(
    context.checkouts.map(({ directory, repository }) => [directory, repository.id]),
  );
  return {
    kind: "made",
    environment: {
      ...{ identity, directories, platform },
      layers: [...(system?.layers ?? []), digest],
      base: base && {
        ...{ identity: base.identity, pinned: base.pinned },
        ...{ env: system?.env ?? {}, user: userOf(context, base), startScript: base.startScript ?? null },
      },
      origin: { commits: commitsOf(context) },
      sizeBytes: bytes,
    },
  };
}

type Phase = (phase: string, percent: number, message: string) => Promise<void>;

interface RepositoryLockfiles {
  readonly directory: string;
  readonly files: ReadonlyMap<string, string>;
}

async function work(
  context: BuildContext,
  sandbox: Sandbox,
  {
    base,
    found,
    phase,
  }: {
    readonly base: Base | null;
    readonly found: readonly RepositoryLockfiles[];
    readonly phase: Phase;
  },
  signal: AbortSignal,
): Promise<void> {
  const { recipe } = context.build;
  const closeEndpoints = await openBuildEndpoints(context, sandbox);
  try {
    if (recipe.installsDependencies) {
      await phase("dependencies", 25, "Installing dependencies.");
      const repositories = found.map(({ directory, files }) => ({ directory, files: new Set(files.keys()) }));
      await installDependencies(context, sandbox, repositories, signal);
    }
    if (base !== null) await runBaseSetup(context, sandbox, base, signal);
    await phase("setup", 50, "Running the setup script.");
    await runSetupScript(context, sandbox, signal);
  } finally {
    await closeEndpoints();
  }
  await cleanFolders(sandbox, signal);
}

async function loadSystem(
  context: BuildContext,
  base: Base,
  phase: Phase,
  signal: AbortSignal,
): Promise<SandboxSystem> {
  await phase("base", 8, "Preparing the base system.");
  return { ...(await base.load(signal)), profile: userOf(context, base) };
}

const userOf = ({ build: { recipe } }: BuildContext, base: Base) => base.user ?? recipe.user;

/**
 * Loads the base, creates the workspace and opens the build's sandbox. Does all of this again if opening shows that a layer
 * is damaged, because building an image replaces the workspace.
 */
async function openBuildSandbox(
  context: BuildContext,
  base: Base | null,
  phase: Phase,
  signal: AbortSignal,
): Promise<{ readonly sandbox: Sandbox; readonly system: SandboxSystem | null }> {
  const prepare = async () => {
    const system = base === null ? null : await loadSystem(context, base, phase, signal);
    await phase("checkout", 15, "Creating the workspace.");
    await createBuildWorkspace(context, context.checkouts, signal);
    return system;
  };
  const open = async (system: SandboxSystem | null) => ({
    sandbox: await context.ports.sandboxes.create(sandboxSpecOf(context, system)),
    system,
  });
  const system = await prepare();
  try {
    return await open(system);
  } catch (cause) {
    if (base === null || !isLayerLost(cause)) throw cause;
    return open(await prepare());
  }
}

const isLayerLost = (cause: unknown) =>
  cause instanceof AppError && ["layer_broken", "not_found"].includes(cause.code);

function lockfilesOf(
  { ports, checkouts }: BuildContext,
  signal: AbortSignal,
): Promise<RepositoryLockfiles[]> {
  return Promise.all(
    checkouts.map(async ({ repository: { id }, directory, commit }) => ({
      directory,
      files: commit === null ? new Map() : await findLockfiles(ports, id, commit, signal),
    })),
  );
}

/** Returns the commit of each repository's branch, or null for an empty repository, by repository ID. */
const commitsOf = (context: BuildContext): EnvironmentOrigin["commits"] =>
  Object.fromEntries(repositoriesOf(context).map(({ repository, commit }) => [repository.id, commit]));

function identityOf(
  { build: { recipe }, checkouts, variables, secretVersions }: BuildContext,
  base: Base | null,
): string {
  return buildIdentity({
    baseDigest: base?.identity ?? null,
    recipe,
    repositories: checkouts.map(({ repository: { id }, branch, commit }) => ({ id, branch, commit })),
    variables: variableVersions(variables),
    secrets: secretVersions,
  });
}

/** Returns the ID of the active snapshot if it has this identity and its layers are on this machine, or null. */
async function findUsable({ ports, project }: BuildContext, identity: string): Promise<string | null> {
  const snapshot = await ports.store.projectSnapshots.findByIdentity(project.id, identity);
  if (snapshot === null || !snapshot.isActive) return null;
  const layers = await ports.layers();
  for (const digest of snapshot.layers) if ((await layers.find(digest as LayerDigest)) === null) return null;
  return snapshot.id;
}

async function reportProgress(
  { ports, lease, output }: BuildContext,
  progress: Omit<BuildProgress, "updatedAt">,
): Promise<void> {
  const at = ports.clock.now();
  await output.add(`\n[${progress.message}]\n`);
  await ports.store.projectBuilds.heartbeat(lease, { at, progress: { ...progress, updatedAt: at } });
}

const isFenced = (cause: unknown) => cause instanceof AppError && cause.code === "fenced";

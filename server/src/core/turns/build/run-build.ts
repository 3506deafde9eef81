import { AppError } from "../../base/index.ts";
import {
  type BuildProgress,
  buildFoundation,
  buildIdentity,
  countLeftIncrements,
  type Environment,
  type EnvironmentOrigin,
  type ProjectSnapshot,
  requireSupported,
} from "../../sessions/index.ts";
import { inDevShell, type Variables } from "../environment/dev-shell-variables.ts";
import { systemOf } from "../environment/environment-system.ts";
import { findLockfiles } from "../environment/find-lockfiles.ts";
import type { Sandbox, SandboxSystem } from "../sandbox/sandbox.ts";
import type { Base } from "./base.ts";
import { type BuildContext, type OpenedSandbox, type Phase, repositoriesOf } from "./build-context.ts";
import { commitsOf, inputsOf } from "./build-inputs.ts";
import { sandboxSpecOf } from "./build-sandbox.ts";
import { buildDevShells } from "./dev-shell/build-dev-shells.ts";
import { installDependencies } from "./install-dependencies.ts";
import { openBuildEndpoints } from "./open-build-endpoints.ts";
import { cleanFolders, packEnvironment } from "./pack-environment.ts";
import { planBuild } from "./plan-build.ts";
import { createBuildWorkspace, fetchMirrors } from "./prepare-build-workspace.ts";
import { requireNode } from "./require-node.ts";
import { resolveBase } from "./resolve-base.ts";
import { runBaseSetup } from "./run-base-setup.ts";
import { runSetupScript } from "./run-setup-script.ts";
import { incrementLimitMs, isLayerLost, tryIncrement } from "./try-increment.ts";

export type BuildResult =
  | { readonly kind: "made"; readonly environment: Environment }
  /** The project's active snapshot already has everything that the build would make from these commits. */
  | {
      readonly kind: "known";
      readonly snapshotId: string;
      readonly commits: EnvironmentOrigin["commits"];
    };

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
  const commits = commitsOf(repositoriesOf(context));
  const inputs = inputsOf(context, base);
  const plan = await planBuild(context, inputs, signal);
  if (plan.kind === "known") {
    const identity = buildIdentity(inputs);
    await ports.store.projectBuilds.heartbeat(lease, { at: ports.clock.now(), identity });
    return { ...plan, commits };
  }

  const make = async (
    previous: ProjectSnapshot | null,
    canRepeat: boolean,
    within: AbortSignal,
  ): Promise<BuildResult> => {
    const identity = buildIdentity(inputs, previous?.identity ?? null);
    await ports.store.projectBuilds.heartbeat(lease, { at: ports.clock.now(), identity });
    const made = await makeEnvironment(context, { base, found, phase, previous }, within);
    const foundation = buildFoundation(inputs);
    const leftIncrements = countLeftIncrements(previous, canRepeat);
    return {
      kind: "made",
      environment: { ...made, identity, origin: { commits, foundation, leftIncrements } },
    };
  };
  if (plan.kind === "whole") return make(null, plan.canRepeat, signal);
  const { previous } = plan;
  const increment = { builtAt: previous.builtAt, limitMs: incrementLimitMs };
  const tried = await tryIncrement(context, increment, (within) => make(previous, true, within), signal);
  return tried.kind === "made" ? tried.result : make(null, tried.canRepeat, signal);
}

/** Runs the steps of a build, on the previous environment if it is not null, and stores the result. */
async function makeEnvironment(
  context: BuildContext,
  { base, found, phase, previous }: BuildSteps & { readonly previous: ProjectSnapshot | null },
  signal: AbortSignal,
): Promise<Omit<Environment, "identity" | "origin">> {
  const opened = await openBuildSandbox(context, { base, previous }, phase, signal);
  const { system } = opened;
  let { sandbox } = opened;
  let devShell: Variables = {};
  try {
    if (system !== null) await requireNode(context, sandbox, "base", signal);
    devShell = await buildDevShells(context, opened, phase, signal);
    if (system !== null && Object.keys(devShell).length > 0) {
      await sandbox.stop();
      const env = inDevShell(system.env, devShell);
      sandbox = await context.ports.sandboxes.create(sandboxSpecOf(context, { ...system, env }));
      await requireNode(context, sandbox, "devShell", signal);
    }
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
  const { platform } = context.ports.settings;
  const directories = Object.fromEntries(
    context.checkouts.map(({ directory, repository }) => [directory, repository.id]),
  );
  return {
    ...{ directories, platform },
    layers: [...(system?.layers ?? []), digest],
    base: base && {
      ...{ identity: base.identity, pinned: base.pinned },
      ...{ env: system?.env ?? {}, user: userOf(context, base), startScript: base.startScript ?? null },
      ...{ ports: base.ports ?? [], devShell },
    },
    sizeBytes: bytes,
  };
}

interface RepositoryLockfiles {
  readonly directory: string;
  readonly files: ReadonlyMap<string, string>;
}

interface BuildSteps {
  readonly base: Base | null;
  readonly found: readonly RepositoryLockfiles[];
  readonly phase: Phase;
}

async function work(
  context: BuildContext,
  sandbox: Sandbox,
  { base, found, phase }: BuildSteps,
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
  const profile = userOf(context, base);
  const allowsContainers = context.build.recipe.allowsContainers && profile === "root";
  return { ...(await base.load(signal)), profile, allowsContainers };
}

/** Returns the system of an incremental build. Only root can change a system, so the changes of other users need no layer below. */
function onPrevious(system: SandboxSystem | null, previous: ProjectSnapshot): SandboxSystem | null {
  if (system?.profile !== "root") return system;
  const { layers } = systemOf(previous, null) ?? {};
  if (layers?.[0] !== system.layers[0])
    throw new AppError("not_found", "The previous environment has another base layer.");
  return { ...system, layers };
}

const userOf = ({ build: { recipe } }: BuildContext, base: Base) => base.user ?? recipe.user;

/**
 * Loads the base, creates the workspace and opens the build's sandbox. Does all of this again if opening shows that a layer
 * of a whole build is damaged, because building an image replaces the workspace.
 */
async function openBuildSandbox(
  context: BuildContext,
  { base, previous }: { readonly base: Base | null; readonly previous: ProjectSnapshot | null },
  phase: Phase,
  signal: AbortSignal,
): Promise<OpenedSandbox> {
  const prepare = async () => {
    const system = base === null ? null : await loadSystem(context, base, phase, signal);
    await phase("checkout", 15, "Creating the workspace.");
    await createBuildWorkspace(context, context.checkouts, signal, previous);
    return previous === null ? system : onPrevious(system, previous);
  };
  const open = async (system: SandboxSystem | null) => ({
    sandbox: await context.ports.sandboxes.create(sandboxSpecOf(context, system)),
    system,
  });
  const system = await prepare();
  try {
    return await open(system);
  } catch (cause) {
    if (base === null || previous !== null || !isLayerLost(cause)) throw cause;
    return open(await prepare());
  }
}

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

async function reportProgress(
  { ports, lease, output }: BuildContext,
  progress: Omit<BuildProgress, "updatedAt">,
): Promise<void> {
  const at = ports.clock.now();
  await output.add(`\n[${progress.message}]\n`);
  await ports.store.projectBuilds.heartbeat(lease, { at, progress: { ...progress, updatedAt: at } });
}

const isFenced = (cause: unknown) => cause instanceof AppError && cause.code === "fenced";

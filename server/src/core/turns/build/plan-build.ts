import { withReason } from "../../base/index.ts";
import {
  type BuildInputs,
  buildFoundation,
  buildIdentity,
  decideIncrement,
  findActiveSnapshot,
  hasJustFailed,
  isOutdated,
  type ProjectSnapshot,
} from "../../sessions/index.ts";
import { fetchLayers } from "../environment/fetch-layers.ts";
import type { LayerDigest } from "../layer/layers.ts";
import type { BuildContext } from "./build-context.ts";
import { commitsOf } from "./build-inputs.ts";

/** Work of a build that depends on the project's active environment. */
export type BuildPlan =
  /** The environment already has everything that the build would make. */
  | { readonly kind: "known"; readonly snapshotId: string }
  | { readonly kind: "incremental"; readonly previous: ProjectSnapshot }
  /** `canRepeat` is false if the build replaces an incremental one that failed or lost its worker. */
  | { readonly kind: "whole"; readonly canRepeat: boolean };

/** Decides how to build. An environment of which this machine lacks a layer, or has a damaged one, leads to a whole build. */
export async function planBuild(
  context: BuildContext,
  inputs: BuildInputs,
  signal: AbortSignal,
): Promise<BuildPlan> {
  const { ports, build, lease, project, layers, output } = context;
  const active = await findActiveSnapshot(ports, project);
  if (active === null || build.trigger === "rebuild") return { kind: "whole", canRepeat: true };
  const foundation = buildFoundation(inputs);
  // The foundation contains what the build reads from the source repository, so its commit does not matter.
  const isSame =
    active.identity === buildIdentity(inputs) ||
    (build.trigger === "scheduled" &&
      active.origin?.foundation === foundation &&
      !isOutdated(active, commitsOf(context.checkouts)));
  const { architecture } = ports.settings.platform;
  const isAfterFailure = lease.attempt > 1 || (await hasJustFailed(ports, project.id));
  const decision = decideIncrement({ ...build, isAfterFailure }, { foundation, architecture }, active);
  const whole = { kind: "whole", canRepeat: decision !== "wholeAfterFailure" } as const;
  if (!isSame && decision !== "incremental") return whole;
  await fetchMissing(context, active, signal);
  for (const digest of active.layers)
    if ((await layers.find(digest as LayerDigest, signal)) === null) {
      await output.add("[A layer of the previous environment is not usable on this machine.]\n");
      return whole;
    }
  return isSame ? { kind: "known", snapshotId: active.id } : { kind: "incremental", previous: active };
}

/** Fetches layers of the environment that another machine built. A failure leads to a whole build. */
async function fetchMissing(
  { ports, organization, layers, output }: BuildContext,
  active: ProjectSnapshot,
  signal: AbortSignal,
): Promise<void> {
  const held = {
    add: layers.add,
    find: (digest: LayerDigest) => layers.find(digest, signal),
  };
  try {
    await fetchLayers({ ...ports, layers: async () => held }, organization.id, active, signal);
  } catch (cause) {
    signal.throwIfAborted();
    await output.add(`[${withReason("The previous environment could not be fetched", cause)}]\n`);
  }
}

import { asksPermission, optionsOf } from "../../../sessions/index.ts";
import type { WaitingWish } from "../../waiting-harness/waiting-harnesses.ts";
import { fingerprintOf } from "../../warm-sandbox/fingerprint.ts";
import { launchFingerprint } from "../../warm-sandbox/launch-fingerprint.ts";
import { instructionsForHarness } from "../guidance/organization-instructions.ts";
import { type SandboxWish, sandboxSpecOf } from "../open-sandbox.ts";
import { agentOf, sessionEnvironment, type TurnContext } from "../turn-context.ts";

/**
 * Returns the harness that can wait for the next session like this one, with the paths of its installation, or null if none
 * can. Installs the harness if it is missing.
 */
export async function findWaitingWish(
  context: TurnContext,
  signal: AbortSignal,
): Promise<{ readonly wish: WaitingWish; readonly readOnlyPaths: readonly string[] } | null> {
  if (!isUsual(context)) return null;
  const { harnesses } = context.ports;
  const { readOnlyPaths } = await harnesses.install(context.session.harness, () => {}, signal);
  return { wish: waitingWishOf(context, readOnlyPaths), readOnlyPaths };
}

/** The harness receives settings of the organization, the mirrors of the repositories and the name of the commits' author, but no secret. */
function waitingWishOf(context: TurnContext, readOnlyPaths: readonly string[]): WaitingWish {
  const { mode } = optionsOf(context);
  const { workspace: _, ...spec } = sandboxSpecOf(context, requestOf(context, readOnlyPaths));
  const { harness, model } = agentOf(context);
  const launch = {
    ...{ harness, model, mode, modelFamily: context.modelRoute.family },
    ...{ env: sessionEnvironment(context), asks: asksPermission(context) },
    instructions: instructionsForHarness(context),
  };
  const place = fingerprintOf({
    organizationId: context.organization.id,
    harness,
    repositoryIds: context.checkouts.map(({ repository }) => repository.id),
  });
  const fingerprint = fingerprintOf({ place, spec, launch: launchFingerprint(launch) });
  return { place, fingerprint, spec, launch };
}

/** Returns the settings of the sandbox, which runs the machine's own programs. */
export function requestOf(context: TurnContext, readOnlyPaths: readonly string[]): SandboxWish {
  return { readOnlyPaths, isWorkspaceReadOnly: optionsOf(context).mode === "plan", system: null };
}

/**
 * True for a new session whose programs receive nothing of its own: no secret, no authority for injected secrets, no
 * payload of a run, and no environment of a project.
 */
function isUsual({ ports, turn, session, run, project, secrets, authority }: TurnContext): boolean {
  const info = ports.harnesses.list().find(({ name }) => name === session.harness);
  return (
    info?.startsEarly === true &&
    turn.number === 1 &&
    run === null &&
    project === null &&
    authority === null &&
    Object.keys(secrets.environment).length === 0
  );
}

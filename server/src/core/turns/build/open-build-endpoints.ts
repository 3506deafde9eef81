import { createDeniedHosts, type EgressDenial, resolveEgressPolicy } from "../../access/index.ts";
import { paths } from "../../base/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { gitPath } from "../turn/workspace-layout.ts";
import type { BuildContext } from "./build-context.ts";

/** Git rejects every push of a build, so no pack arrives. */
const maxPackBytes = 0;

/**
 * Opens the egress proxy with the organization's policy, and the git proxy for fetches. A build has no model and no
 * session tools. For an image, there are no repositories and no header injection rules. Writes denied hosts to the log. Returns a function that closes both.
 */
export async function openBuildEndpoints(
  context: BuildContext,
  sandbox: Sandbox,
  purpose: "setup" | "image" = "setup",
): Promise<() => Promise<void>> {
  const { ports, organization, workspace } = context;
  const { secrets, authority, checkouts } =
    purpose === "image" ? { secrets: { bound: [] }, authority: null, checkouts: [] } : context;
  const { dataDir } = ports.settings;
  const opening = [
    ports.broker.openEgress({
      ...sandbox.forward("egress"),
      policy: resolveEgressPolicy(organization.egress, null).policy,
      secrets: secrets.bound,
      certificateAuthority: authority,
      onDenied: noteDenials(context),
    }),
    ports.broker.openGitBroker({
      ...sandbox.forward("git"),
      repositories: checkouts.map(({ repository, forge }, index) => ({
        path: gitPath(index),
        remote: () => forge.remote(repository),
        pushBranch: null,
        mirrorPath: paths.mirror(dataDir, repository.id),
      })),
      scratchPath: paths.gitScratch(dataDir, workspace.sessionId),
      maxPackBytes,
    }),
  ];
  const settled = await Promise.allSettled(opening);
  const close = async () => {
    await Promise.all(settled.map((one) => (one.status === "fulfilled" ? one.value.close() : null)));
  };
  const failed = settled.find((one) => one.status === "rejected");
  if (failed === undefined) return close;
  await close();
  throw failed.reason;
}

function noteDenials({ output }: BuildContext): (denial: EgressDenial) => void {
  const known = createDeniedHosts();
  return (denial) => {
    if (!known.isNew(denial)) return;
    const { host, port, reason } = denial;
    // The next step that writes reports a failed write.
    output.add(`[The egress proxy denied ${host}:${port}: ${reason}.]\n`).catch(() => {});
  };
}

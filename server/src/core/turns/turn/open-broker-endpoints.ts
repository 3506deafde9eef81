import { TaskSequence } from "../../../runtime/task-sequence.ts";
import {
  createDeniedHosts,
  type EgressDenial,
  type EgressPolicy,
  type EgressRule,
  providerCredentialOf,
  resolveEgressPolicy,
} from "../../access/index.ts";
import { createModelMeter } from "../../accounts/index.ts";
import { paths } from "../../base/index.ts";
import { appendEvent } from "../../sessions/index.ts";
import type { BrokerEndpoint, CallableTools, ModelGateway } from "../broker/broker.ts";
import type { ForwardedSocket, Sandbox } from "../sandbox/sandbox.ts";
import type { ReachableSubmodule } from "./checkout.ts";
import type { TurnContext, WorkContext } from "./turn-context.ts";
import { gitPath, siteOf } from "./workspace-layout.ts";

const MAX_PUSHED_PACK_BYTES = 2 * 1024 ** 3;

/** The four broker endpoints of a turn's sandbox, for the duration of a piece of work. */
export interface BrokerEndpoints {
  readonly gateway: ModelGateway;
  /**
   * Closes all endpoints, and waits until the events of denied connections have been appended. Throws if an event could
   * not be appended.
   */
  close(): Promise<void>;
}

/** Opens the sandbox's broker endpoints. If one of them fails to open, closes the others and rethrows the error. */
export async function openBrokerEndpoints(
  context: TurnContext,
  sandbox: Sandbox,
  {
    submodules,
    tools,
    onBudgetReached,
  }: {
    /** The session's tools, or null to leave their endpoint closed. */
    readonly tools: CallableTools | null;
    readonly submodules: readonly ReachableSubmodule[];
    readonly onBudgetReached: (sentence: string) => void;
  },
): Promise<BrokerEndpoints> {
  const denials = recordDenials(context);
  const { broker } = context.ports;
  const opening = [
    openGateway(context, sandbox.forward("model"), onBudgetReached),
    openEgress(context, sandbox.forward("egress"), denials.record),
    openGit(context, sandbox.forward("git"), submodules),
    ...(tools === null ? [] : [broker.openTools({ ...sandbox.forward("tools"), tools })]),
  ] as const;
  const settled = await Promise.allSettled<BrokerEndpoint>(opening);
  const closeAll = () =>
    Promise.all(settled.map((one) => (one.status === "fulfilled" ? one.value.close() : null)));
  const failed = settled.find((one) => one.status === "rejected");
  if (failed !== undefined) {
    await closeAll();
    throw failed.reason;
  }
  return {
    gateway: await opening[0],
    async close() {
      await closeAll();
      await denials.settleAppends();
    },
  };
}

async function openGateway(
  context: TurnContext,
  socket: ForwardedSocket,
  onBudgetReached: (sentence: string) => void,
): Promise<ModelGateway> {
  const { ports, session, organization, lease, modelRoute } = context;
  const { perSessionMicroUsd, perMonthMicroUsd } = organization.budget;
  return ports.broker.openModelGateway({
    ...socket,
    ...modelRoute,
    credential: await providerCredentialOf(ports, session.organizationId, modelRoute.provider),
    reachesNetwork: resolveEgressPolicy(organization.egress, session.egress).policy.kind === "open",
    meter: createModelMeter(
      ports,
      { organizationId: session.organizationId, sessionId: session.id, turnId: lease.turnId },
      {
        perSessionMicroUsd: lower(session.budgetMicroUsd, perSessionMicroUsd),
        perMonthMicroUsd,
        onBudgetReached,
      },
    ),
  });
}

/** Opens the egress proxy with the session's policy and header injection rules. */
async function openEgress(
  context: WorkContext,
  socket: ForwardedSocket,
  onDenied: (denial: EgressDenial) => void,
): Promise<BrokerEndpoint> {
  const { ports, session, organization, secrets, mcp, serviceRules } = context;
  const { policy } = resolveEgressPolicy(organization.egress, session.egress);
  // Header injection rules allow access to their own hosts, except in a session with the preset `none`.
  const isNone = session.egress?.preset === "none";
  const bound = isNone ? [] : [...secrets.bound, ...mcp.bound];
  return ports.broker.openEgress({
    ...socket,
    policy: widen(policy, isNone ? mcp.rules : [...mcp.rules, ...serviceRules]),
    secrets: bound,
    certificateAuthority: context.authority,
    onDenied,
  });
}

/** Adds hosts to the policy, such as those of the turn's MCP servers and of the harness's own service. */
function widen(policy: EgressPolicy, rules: readonly EgressRule[]): EgressPolicy {
  if (rules.length === 0 || policy.kind === "open") return policy;
  return { kind: "list", rules: [...(policy.kind === "list" ? policy.rules : []), ...rules] };
}

async function openGit(
  context: TurnContext,
  socket: ForwardedSocket,
  submodules: readonly ReachableSubmodule[],
): Promise<BrokerEndpoint> {
  const { ports, session, checkouts } = context;
  const { dataDir } = ports.settings;
  const own = checkouts.map(({ repository, use, forge }) => ({
    remote: () => forge.remote(repository),
    pushBranch: use.branchName,
    mirrorPath: paths.mirror(dataDir, repository.id),
  }));
  const fetchedOnly = submodules.map(({ repository, forge, mirrorPath }) => ({
    remote: () => forge.remote(repository),
    pushBranch: null,
    mirrorPath,
  }));
  return ports.broker.openGitBroker({
    ...socket,
    repositories: [...own, ...fetchedOnly].map((one, index) => ({ ...one, path: gitPath(index) })),
    scratchPath: paths.gitScratch(dataDir, session.id),
    maxPackBytes: MAX_PUSHED_PACK_BYTES,
    onPushed: async ({ path, oldSha, newSha }) => {
      const checkout = checkouts.find((_, index) => gitPath(index) === path);
      if (checkout === undefined) return;
      const site = siteOf(context, checkout);
      await ports.git.noteOwnPush({ site, branch: checkout.use.branchName, oldSha, newSha });
    },
  });
}

/**
 * Appends an event for each denied host, port and reason, up to the limit of `createDeniedHosts`. The event's key
 * ensures that a turn records each of them once. Appends the events sequentially.
 */
function recordDenials(context: TurnContext) {
  const known = createDeniedHosts();
  const appends = new TaskSequence();
  return {
    record(denial: EgressDenial): void {
      if (!known.isNew(denial)) return;
      const { host, port, reason } = denial;
      appends.add(() =>
        appendEvent(context, `egress:${host}:${port}:${reason}`, { type: "egress.denied", ...denial }),
      );
    },
    settleAppends: () => appends.settled(),
  };
}

function lower(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

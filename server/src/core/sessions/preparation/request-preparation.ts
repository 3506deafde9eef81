import {
  maxPreparationMinutes,
  maxPreparationsPerOrganization,
  preparationWaitMinutes,
} from "@tembo/contract/limits";
import {
  type AgentKey,
  canReach,
  choiceOf,
  chooseRoute,
  formatAgentKey,
  loadProviderAccess,
} from "../../access/index.ts";
import { getOrganization, startOfMonth, type Viewer } from "../../accounts/index.ts";
import { hashJson, minuteMs, newId } from "../../base/index.ts";
import { type Preparation, type PreparedOptions, unknownPrompt } from "../create/preparation.ts";
import { preparationFingerprint } from "../create/preparation-fingerprint.ts";
import type { NewPreparation } from "../create/preparation-store.ts";
import { resolveSession } from "../create/resolve-session.ts";
import type { SessionsPorts } from "../ports.ts";
import { getVisibleSession } from "../session/require-visible.ts";
import { runsOnOf } from "../session/runs-on.ts";
import type { Session } from "../session/session.ts";
import { decidePreparation } from "./decide-preparation.ts";

/** A repeated request extends the time for which prepared work waits. */
const waitMs = preparationWaitMinutes * minuteMs;
const maxAgeMs = maxPreparationMinutes * minuteMs;

export type PreparationPlace = Pick<Preparation, "id" | "expiresAt">;

type Requester = Viewer & { readonly apiKeyId: string };

/**
 * Requests the preparation of a new session for the person, and replaces the person's earlier request unless it has the
 * same options. Returns null if nothing is prepared, for example because the budget or a limit is reached. Creates no
 * session and no event. Throws the errors of `resolveSession`.
 */
export async function requestPreparation(
  ports: SessionsPorts,
  { organizationId, userId, apiKeyId }: Requester,
  options: PreparedOptions,
): Promise<PreparationPlace | null> {
  const resolved = await resolveSession(ports, organizationId, {
    ...options,
    prompt: unknownPrompt,
    origin: { kind: "key", keyId: apiKeyId, request: null },
  });
  const { agent, sandboxSize, project, repositories } = resolved;
  const refusal = decidePreparation({
    ...(await factsOf(ports, organizationId, agent)),
    hasOwnBranch: options.branchName != null,
  });
  return open(ports, refusal, {
    id: newId(),
    organizationId,
    userId,
    keyId: apiKeyId,
    fingerprint: preparationFingerprint(resolved),
    runsOn: runsOnOf({ runsOn: options.runsOn ?? null }, project),
    request: {
      ...options,
      agent: formatAgentKey(agent),
      sandboxSize,
      projectId: project?.id ?? null,
      // The worker must not add repositories to those that this request resolved to.
      isProjectCopied: true,
      repositoryUrls: [],
      repositoryIds: repositories.map(({ id }) => id),
    },
  });
}

/**
 * Requests the preparation of an existing session for the person's next message. Returns null for the same reasons as
 * `requestPreparation`, and while the session has a warm sandbox or an active turn. Throws `not_found` if the session
 * is not visible to the person.
 */
export async function requestReplyPreparation(
  ports: SessionsPorts,
  requester: Requester,
  sessionId: string,
): Promise<PreparationPlace | null> {
  const { organizationId, userId, apiKeyId } = requester;
  const session = await getVisibleSession(ports.store, requester, sessionId);
  const { store } = ports;
  const isStarted = session.status !== "draft" && session.status !== "queued";
  const isBusy =
    (await store.turns.active(session.id)) !== null ||
    (await store.warmSandboxRecords.find(session.id)) !== null;
  if (!isStarted || isBusy) return null;
  const facts = await factsOf(ports, organizationId, session);
  return open(ports, decidePreparation({ ...facts, hasOwnBranch: false }), {
    id: session.id,
    organizationId,
    userId,
    keyId: apiKeyId,
    fingerprint: hashJson({ sessionId: session.id, userId }),
    runsOn: runsOnOf(session, await projectOf(store, session)),
    request: null,
  });
}

async function projectOf({ projects }: SessionsPorts["store"], { projectId }: Session) {
  return projectId === null ? null : await projects.get(projectId);
}

async function factsOf(ports: SessionsPorts, organizationId: string, agent: AgentKey) {
  const { store, clock } = ports;
  const organization = await getOrganization(store, organizationId);
  const harness = ports.harnesses.list().find(({ name }) => name === agent.harness);
  const access = await loadProviderAccess(ports, organizationId);
  const { provider: chosen } = await choiceOf(store, organizationId, agent.model);
  const route =
    harness === undefined
      ? null
      : chooseRoute({
          harness,
          model: agent.model,
          asked: agent.provider,
          chosen,
          access,
          providers: ports.modelProviders,
        });
  const { perMonthMicroUsd } = organization.budget;
  const isBudgetReached =
    perMonthMicroUsd !== null &&
    (await store.usage.ofOrganization(organizationId, startOfMonth(clock.now()))).costMicroUsd >=
      perMonthMicroUsd;
  return {
    isHarnessReady: harness?.isInstalled === true,
    hasModelCredential: route !== null && canReach(access, route.provider),
    isBudgetReached,
  };
}

async function open(
  { store, clock, log }: Pick<SessionsPorts, "store" | "clock" | "log">,
  refusal: string | null,
  wanted: Omit<NewPreparation, "createdAt" | "expiresAt">,
): Promise<PreparationPlace | null> {
  const { organizationId, userId } = wanted;
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + waitMs);
  const outcome = await store.transaction(async (tx) => {
    const { preparations } = tx;
    const earlier = await preparations.lockOfUser(userId);
    if (refusal === null && earlier !== null && isStillGood(earlier, wanted, now)) {
      const latest = new Date(Math.min(expiresAt.getTime(), earlier.createdAt.getTime() + maxAgeMs));
      await preparations.extend(earlier.id, latest);
      return { id: earlier.id, expiresAt: latest };
    }
    if (earlier !== null) await preparations.replace(earlier.id, now);
    if (refusal !== null) return refusal;
    await preparations.deleteUnclaimed(new Date(now.getTime() - minuteMs));
    if ((await preparations.countOpen(organizationId, now)) >= maxPreparationsPerOrganization)
      return "the organization has too many preparations";
    const isNew = await preparations.insert({ ...wanted, createdAt: now, expiresAt });
    return isNew ? { id: wanted.id, expiresAt } : "another request prepares the same session";
  });
  if (typeof outcome !== "string") return outcome;
  log.info({ organizationId, reason: outcome }, "no work is prepared");
  return null;
}

function isStillGood(
  earlier: Preparation,
  { organizationId, fingerprint }: Pick<NewPreparation, "organizationId" | "fingerprint">,
  now: Date,
): boolean {
  return (
    earlier.organizationId === organizationId &&
    earlier.fingerprint.equals(fingerprint) &&
    earlier.expiresAt > now &&
    earlier.createdAt.getTime() + maxAgeMs > now.getTime()
  );
}

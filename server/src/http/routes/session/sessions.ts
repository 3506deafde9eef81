import { operations, type SessionCreateBody, type sessionPrepareBody } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { output } from "zod";
import { personOfKey } from "../../../core/accounts/index.ts";
import { expandCreation } from "../../../core/automation/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import {
  createAttempts,
  createSession,
  getKeepAlive,
  type KeepAlive,
  keepSandboxAlive,
  type PreparationPlace,
  requestPreparation,
  requestReplyPreparation,
  type SessionRequest,
  stopSession,
} from "../../../core/sessions/index.ts";
import type { Caller } from "../../admission/authenticate.ts";
import { getPathSession, type PathRequest } from "../../admission/require-visible.ts";
import { route, sendingRoute } from "../../route.ts";
import { projectOf } from "./session-project.ts";
import { createdView, diffView, legacySessionView, pageMeta, sessionView, stopView } from "./session-view.ts";

export function sessionRoutes(app: FastifyInstance, ports: Ports): void {
  for (const operation of [operations.sessionCreate, operations.taskCreate]) {
    sendingRoute(app, operation, async ({ organizationId, body, sender }) => {
      const request: SessionRequest = {
        ...(await expandCreation(ports, organizationId, toSessionRequest(body))),
        origin: { kind: "key", ...sender },
      };
      const { publicUrl } = ports.settings;
      if (body.attempts === undefined)
        return createdView(publicUrl, await createSession(ports, organizationId, request));
      const wanted = body.attempts.map(({ agent = null }) => ({ agent }));
      const attempts = await createAttempts(ports, organizationId, request, wanted);
      return createdView(publicUrl, attempts[0], attempts);
    });
  }

  route(app, operations.sessionList, async ({ query, raw }) => {
    const { sessions, meta } = await page(raw.caller, query);
    return { sessions, meta };
  });
  route(app, operations.sessionSearch, async ({ query, raw }) => {
    const { sessions, meta } = await page(raw.caller, { ...query, search: query.q });
    return { sessions, meta, query: query.q };
  });
  route(app, operations.taskList, async ({ query, raw }) => {
    const { sessions, meta } = await page(raw.caller, query);
    return { issues: sessions, meta };
  });
  route(app, operations.taskSearch, async ({ query, raw }) => {
    const { sessions, meta } = await page(raw.caller, { ...query, search: query.q });
    return { issues: sessions, meta, query: query.q };
  });

  route(app, operations.sessionStop, async ({ organizationId, params }) => {
    return stopView(await stopSession(ports, organizationId, params.sessionId));
  });

  route(app, operations.sessionPrepare, async ({ body, caller }) =>
    preparationView(await requestPreparation(ports, caller, toSessionOptions(body))),
  );
  route(app, operations.sessionReplyPrepare, async ({ params, caller }) =>
    preparationView(await requestReplyPreparation(ports, caller, params.sessionId)),
  );

  route(app, operations.sessionKeepAlive, async ({ organizationId, params, body }) =>
    keepAliveView(await keepSandboxAlive(ports, organizationId, params.sessionId, body.minutes)),
  );
  route(app, operations.sessionKeepAliveRetrieve, async ({ organizationId, params }) =>
    keepAliveView(await getKeepAlive(ports, organizationId, params.sessionId)),
  );

  route(app, operations.sessionAuthorRetrieve, async ({ params, caller, raw }) => {
    const { createdByKeyId } = getPathSession({ params, raw });
    const author = await personOfKey(ports.store, createdByKeyId);
    return {
      author: author && { id: author.id, name: author.name ?? author.email },
      isYou: author?.id === caller.userId,
    };
  });

  route(app, operations.sessionRetrieve, async ({ params, raw }) => {
    const session = getPathSession({ params, raw });
    return sessionView(ports, session);
  });

  route(app, operations.sessionDiffList, async ({ params, query, raw }) => {
    const session = getPathSession({ params, raw });
    const { items, nextCursor } = await ports.store.diffs.list(session.id, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.hasChanges !== undefined && { hasChanges: query.hasChanges === "true" }),
    });
    return { items: items.map(diffView), nextCursor };
  });
  route(app, operations.sessionDiffRetrieve, async ({ params, raw }) => {
    const { diff, patch } = await getDiff({ params, raw });
    return { ...diffView(diff), data: patch.text };
  });
  route(app, operations.sessionPatchRetrieve, async ({ params, raw }) => {
    const { diff, patch } = await getDiff({ params, raw });
    return { diffId: diff.id, patch: patch.text, isComplete: patch.isComplete };
  });

  async function getDiff(request: PathRequest & { readonly params: { readonly diffId: string } }) {
    const { diffId } = request.params;
    const found = await ports.store.diffs.find(getPathSession(request).id, diffId);
    if (found === null) throw new AppError("not_found", `The session has no diff ${diffId}.`);
    return found;
  }

  async function page(
    { organizationId, userId }: Caller,
    query: { readonly page: number; readonly limit: number; readonly search?: string },
  ) {
    const { sessions, totalCount } = await ports.store.sessions.list(organizationId, {
      ...query,
      viewerUserId: userId,
    });
    return {
      sessions: sessions.map((session) => legacySessionView(ports.settings.publicUrl, session)),
      meta: pageMeta(query, totalCount),
    };
  }
}

const keepAliveView = ({ isKept, until }: KeepAlive) => ({
  isKept,
  keepAliveUntil: until?.toISOString() ?? null,
});

const preparationView = (place: PreparationPlace | null) => ({
  id: place?.id ?? null,
  expiresAt: place?.expiresAt.toISOString() ?? null,
});

const toSessionOptions = (body: output<typeof sessionPrepareBody>) => ({
  agent: body.agent ?? null,
  repositoryUrls: body.repositories ?? [],
  repositoryIds: body.codeRepoIds ?? [],
  targetBranch: body.targetBranch ?? null,
  baseBranch: body.baseBranch ?? null,
  branchName: body.branchName ?? null,
  sandboxSize: body.sandboxSize ?? null,
  agentOptions: body.agentOptions ?? null,
  runsOn: body.runsOn ?? null,
  egress: body.egress ?? null,
  mcpServers: body.mcpServers ?? [],
  ...projectOf(body),
});

function toSessionRequest(body: SessionCreateBody) {
  return {
    ...toSessionOptions(body),
    prompt: body.prompt ?? body.description ?? "",
    description: body.prompt === undefined ? null : (body.description ?? null),
    budgetMicroUsd: body.budgetUsd === undefined ? null : Math.round(body.budgetUsd * 1_000_000),
    isDraft: body.queueRightAway === false,
    attachments: body.attachments ?? [],
    slashCommand: body.slashCommand
      ? { command: body.slashCommand.command, arguments: body.slashCommand.arguments ?? null }
      : null,
    ...(body.preparedId !== undefined && { preparedId: body.preparedId }),
    ...(body.visibility !== undefined && { visibility: body.visibility }),
  };
}

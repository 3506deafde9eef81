import { operations, type SessionPageQuery, type SessionUpdateBody } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { output } from "zod";
import { expandCreation, expandWords } from "../../../core/automation/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import {
  decideSessionFilter,
  deleteSession,
  forkSession,
  listSessionSources,
  makeSession,
  type SessionPosition,
  stopSession,
  type UpdateSession,
  updateSession,
  type WantedSessions,
} from "../../../core/sessions/index.ts";
import { readCursor, writeCursor } from "../../cursor.ts";
import { jsonText, route, sendingRoute } from "../../route.ts";
import { itemFormat, sessionItems } from "./session-list-view.ts";
import { projectOf } from "./session-project.ts";
import { sessionView, stopView } from "./session-view.ts";

export function sessionWriteRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.sessionPage, async ({ organizationId, caller, query }, reply) => {
    const { cursor, limit, includeTotal, ...filter } = query;
    const scope = { list: "sessions", organizationId, filter };
    const after = cursor === undefined ? undefined : readCursor<SessionPosition>(ports.vault, scope, cursor);
    const isBySource = query.sourceIds !== undefined || query.sourceTypes !== undefined;
    const sources = isBySource ? await listSessionSources(ports, organizationId) : [];
    const wanted = decideSessionFilter({ ...wantedBy(query), viewerUserId: caller.userId }, sources);
    if (wanted === null) return { items: [], nextCursor: null, ...(includeTotal && { totalCount: 0 }) };
    const { cards, next } = await ports.store.sessionLists.page(
      organizationId,
      { ...wanted, sortBy: query.sortBy, limit, ...(after !== undefined && { after }) },
      itemFormat,
    );
    const items = await sessionItems(ports, caller, cards);
    const others = JSON.stringify({
      nextCursor: next === null ? null : writeCursor(ports.vault, scope, next),
      ...(includeTotal && { totalCount: await ports.store.sessionLists.count(organizationId, wanted) }),
    });
    return jsonText(reply, `{"items":[${items.join(",")}],${others.slice(1)}`);
  });

  sendingRoute(app, operations.sessionMake, async ({ organizationId, body, sender }) => {
    const session = await makeSession(ports, organizationId, {
      ...(await expandCreation(ports, organizationId, toSessionRequest(body))),
      request: body,
      origin: { kind: "key", ...sender },
    });
    return sessionView(ports, session);
  });

  route(app, operations.sessionUpdate, async ({ organizationId, params, body, caller }) => {
    const { description, ...change } = toSessionUpdate(body);
    const session = await updateSession(ports, caller, params.sessionId, {
      ...change,
      ...(description !== undefined && {
        description: await expandWords(ports, organizationId, description),
      }),
    });
    return sessionView(ports, session);
  });

  route(app, operations.sessionDelete, async ({ organizationId, params, caller, raw }) => {
    const { userId, apiKeyId: keyId } = caller;
    await deleteSession(ports, organizationId, params.sessionId, { userId, keyId, requestId: raw.id });
    return { id: params.sessionId.toLowerCase(), deleted: true as const };
  });

  sendingRoute(app, operations.sessionFork, async ({ organizationId, params, body, sender }) => {
    const session = await forkSession(ports, organizationId, params.sessionId, {
      prompt: body.prompt === undefined ? null : await expandWords(ports, organizationId, body.prompt),
      title: body.title ?? null,
      isDraft: !body.queueRightAway,
      sender,
    });
    return sessionView(ports, session);
  });

  route(app, operations.sessionInterrupt, async ({ organizationId, params, query }) =>
    stopView(
      await stopSession(ports, organizationId, params.sessionId, {
        cancelsQueued: query.cancelQueued === true,
      }),
    ),
  );
}

function wantedBy(query: SessionPageQuery): WantedSessions {
  const {
    agentId,
    attemptGroupId,
    hasProject,
    projectIds,
    state,
    sourceIds,
    sourceTypes,
    repositoryIds,
    search,
  } = query;
  const { createdAfter, createdBy, excludePinned, externalIds, needsYou, participant, pinned } = query;
  if (pinned === true && excludePinned === true)
    throw new AppError("invalid_input", 'Send "pinned" or "excludePinned", not both.', { field: "pinned" });
  const isPinned = excludePinned === true ? false : pinned;
  const { pendingReviewerKeys, pullRequestStatuses, states, harnesses } = query;
  return {
    state,
    includesArchived: query.includeArchived,
    ...(agentId !== undefined && { agentId }),
    ...(attemptGroupId !== undefined && { attemptGroupId }),
    ...(hasProject !== undefined && { hasProject }),
    ...(projectIds !== undefined && { projectIds }),
    ...(sourceIds !== undefined && { sourceIds }),
    ...(sourceTypes !== undefined && { sourceTypes }),
    ...(repositoryIds !== undefined && { repositoryIds }),
    ...(search !== undefined && { search }),
    ...(createdAfter !== undefined && { createdAfter: new Date(createdAfter) }),
    ...(createdBy !== undefined && { createdBy }),
    ...(needsYou !== undefined && { needsPerson: needsYou }),
    ...(isPinned !== undefined && { isPinned }),
    ...(externalIds !== undefined && { externalIds }),
    ...(participant !== undefined && { participants: participant }),
    ...(pendingReviewerKeys !== undefined && { pendingReviewers: pendingReviewerKeys }),
    ...(pullRequestStatuses !== undefined && { pullRequestStatuses }),
    ...(states !== undefined && { statuses: states }),
    ...(harnesses !== undefined && { harnesses }),
  };
}

function toSessionRequest(body: output<typeof operations.sessionMake.body>) {
  if (body.sessionMode === "terminal") {
    throw new AppError(
      "invalid_input",
      'Terminal sessions are not supported. Remove "sessionMode", and send messages instead.',
      { field: "sessionMode" },
    );
  }
  return {
    prompt: body.description,
    description: null,
    agent: body.agent ?? body.startupAgent ?? null,
    repositoryUrls: [],
    repositoryIds: body.codeRepositoryIds ?? [],
    targetBranch: body.targetBranch ?? null,
    baseBranch: body.baseBranch ?? null,
    branchName: body.branchName ?? null,
    sandboxSize: body.sandboxSize ?? null,
    ...projectOf(body),
    agentOptions: body.agentOptions ?? null,
    runsOn: body.runsOn ?? null,
    egress: null,
    budgetMicroUsd: null,
    mcpServers: body.mcpServers,
    isDraft: body.queueRightAway === false,
    richContent: body.richContent ?? null,
    ...(body.id !== undefined && { id: body.id }),
    ...(body.preparedId !== undefined && { preparedId: body.preparedId }),
    ...(body.visibility !== undefined && { visibility: body.visibility }),
    ...(body.pullRequestId !== undefined && { pullRequestId: body.pullRequestId }),
  };
}

function toSessionUpdate(body: SessionUpdateBody): UpdateSession {
  const { agentOptions, archived, memoryEnabled: _ignored, mode, projectId: _own, ...change } = body;
  const options = mode === undefined ? agentOptions : { ...agentOptions, mode };
  const given = Object.entries({
    ...{ ...change, ...projectOf(body) },
    ...{ agentOptions: options, isArchived: archived },
  }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

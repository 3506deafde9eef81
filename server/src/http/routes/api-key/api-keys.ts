import { type ApiKey as ApiKeyView, operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  type ApiKey,
  createMemberKey,
  getApiKey,
  renameApiKey,
  revokeApiKey,
} from "../../../core/accounts/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";

export function apiKeyRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.apiKeyList, async ({ organizationId, caller, query }) => {
    const { items, nextCursor } = await ports.store.apiKeys.list(organizationId, {
      limit: query.limit,
      ...(caller.role === "member" && { userId: caller.userId }),
      ...(query.cursor !== undefined && { cursor: query.cursor }),
    });
    return { items: items.map(apiKeyView), nextCursor };
  });

  route(app, operations.apiKeyCreate, async ({ caller, body }) => {
    const { key, token } = await createMemberKey(ports, caller, {
      name: body.name ?? null,
      memberId: body.memberId ?? null,
      organizationId: body.organizationId ?? null,
    });
    return { ...apiKeyView(key), token };
  });

  route(app, operations.apiKeyRetrieve, async ({ caller, params }) =>
    apiKeyView(await getApiKey(ports.store, caller, params.apiKeyId)),
  );

  route(app, operations.apiKeyUpdate, async ({ caller, params, body }) =>
    apiKeyView(await renameApiKey(ports.store, caller, params.apiKeyId, body.name)),
  );

  route(app, operations.apiKeyDelete, async ({ caller, params }) => {
    await revokeApiKey(ports.store, caller, params.apiKeyId);
    return { id: params.apiKeyId, deleted: true as const };
  });
}

function apiKeyView(key: ApiKey): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    userId: key.userId,
    tokenPreview: key.tokenPreview,
    createdAt: key.createdAt.toISOString(),
    updatedAt: key.updatedAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  };
}

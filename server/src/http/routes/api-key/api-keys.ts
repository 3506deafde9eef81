import { type ApiKey as ApiKeyView, operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { ApiKey } from "../../../core/api-key/api-key.ts";
import { createApiKey } from "../../../core/api-key/create-api-key.ts";
import { AppError } from "../../../core/errors.ts";
import type { Ports } from "../../../core/ports/index.ts";
import { route } from "../../route.ts";

export function apiKeyRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.apiKeyList, async ({ organizationId, query }) => {
    const { items, nextCursor } = await ports.store.apiKeys.list(organizationId, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
    });
    return { items: items.map(apiKeyView), nextCursor };
  });

  route(app, operations.apiKeyCreate, async ({ organizationId, caller, body }) => {
    const { key, token } = await createApiKey(ports, {
      organizationId,
      userId: caller.userId,
      name: body.name ?? null,
    });
    return { ...apiKeyView(key), token };
  });

  route(app, operations.apiKeyDelete, async ({ organizationId, params }) => {
    if (!(await ports.store.apiKeys.revoke(organizationId, params.apiKeyId))) {
      throw new AppError("not_found", `There is no API key ${params.apiKeyId}.`);
    }
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

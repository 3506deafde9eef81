import { operations, type SessionSourceQuery } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { getSession, type KnownSource, listSessionSources } from "../../../core/sessions/index.ts";
import { route } from "../../route.ts";
import { sourceView } from "./session-list-view.ts";
import { sourceOfSession } from "./session-view.ts";

const maxRepositories = 100;

export function sessionSourceRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.sessionSourceList, async ({ organizationId, query }) => {
    const isWanted = await wantedBy(organizationId, query);
    const wanted = (await listSessionSources(ports, organizationId)).filter(isWanted);
    const { cursor, limit, includeTotal } = query;
    const rest = cursor === undefined ? wanted : wanted.filter(({ id }) => id > cursor.toLowerCase());
    const page = rest.slice(0, limit);
    return {
      items: await Promise.all(page.map((source) => show(organizationId, source))),
      nextCursor: rest.length > limit ? page.at(-1)!.id : null,
      ...(includeTotal && { totalCount: wanted.length }),
    };
  });

  route(app, operations.sessionSourceRetrieve, async ({ organizationId, params }) => {
    const id = params.sourceId.toLowerCase();
    const source = (await listSessionSources(ports, organizationId)).find((one) => one.id === id);
    if (source === undefined)
      throw new AppError("not_found", `Session source ${params.sourceId} was not found.`);
    return show(organizationId, source);
  });

  async function wantedBy(organizationId: string, query: SessionSourceQuery) {
    const { enabled, integrationId, search, sessionId, types } = query;
    const ofSession =
      sessionId === undefined
        ? null
        : await sourceOfSession(ports, await getSession(ports.store, organizationId, sessionId));
    const words = search?.toLowerCase();
    return ({ id, key, name, type, integration }: KnownSource): boolean =>
      (enabled === undefined || enabled === (integration === null || integration.enabledAt !== null)) &&
      (integrationId === undefined || key === integrationId.toLowerCase()) &&
      (words === undefined || name.toLowerCase().includes(words)) &&
      (ofSession === null || id === ofSession.id) &&
      (types === undefined || types.includes(type));
  }

  async function show(organizationId: string, source: KnownSource) {
    const { items } =
      source.integration === null
        ? { items: [] }
        : await ports.store.repositories.list(organizationId, {
            integrationId: source.integration.id,
            order: "asc",
            limit: maxRepositories,
          });
    return sourceView(source, items);
  }
}

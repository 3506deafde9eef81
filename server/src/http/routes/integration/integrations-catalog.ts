import { type IntegrationProviderList, type IntegrationTriggerList, operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  callbackPath,
  listProviders,
  type Provider,
  type Trigger,
  type TriggerFilter,
} from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";

const maxCounted = 10_000;

/** Serves the catalogs of integrations and of their triggers. */
export function integrationCatalogRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.integrationProviderList, async ({ organizationId, query }) => {
    const { items } = await ports.store.integrations.list(organizationId, { limit: maxCounted });
    const installedCounts: Record<string, number> = {};
    for (const { forge } of items) installedCounts[forge] = (installedCounts[forge] ?? 0) + 1;
    const page = pageOf(listProviders(ports), query);
    return {
      installedCounts,
      items: page.items.map((provider) => providerView(ports.settings.publicUrl, provider, installedCounts)),
      nextCursor: page.nextCursor,
    } as IntegrationProviderList;
  });

  route(app, operations.integrationTriggerList, async ({ query }) => {
    const page = pageOf(ports.forgeKinds, query);
    return {
      items: page.items.map(({ descriptor: { name, triggers } }) => ({
        integrationType: name,
        triggers: triggers.map(triggerView),
      })),
      nextCursor: page.nextCursor,
    };
  });
}

function providerView(
  publicUrl: string,
  provider: Provider,
  installedCounts: Readonly<Record<string, number>>,
): IntegrationProviderList["items"][number] {
  const { type, displayName, category, description, credentialUrl, forge } = provider;
  const isOAuth = forge?.credentials.includes("oauth") === true;
  return {
    integrationType: type,
    name: type,
    displayName,
    category,
    description,
    authorizeUrl: credentialUrl ?? "",
    ...(isOAuth && { redirectUrl: `${publicUrl}${callbackPath}` }),
    isOAuth,
    installed: (installedCounts[type] ?? 0) > 0,
    comingSoon: forge === null,
    ...(forge !== null && { forge }),
  };
}

type TriggerView = IntegrationTriggerList["items"][number]["triggers"][number];

function triggerView({ name, displayName, description, filters }: Trigger): TriggerView {
  const properties = Object.fromEntries(Object.entries(filters).map(([key, one]) => [key, filterView(one)]));
  const hasFilterOptions = Object.keys(filters).length > 0;
  return {
    name,
    displayName,
    description,
    hasFilterOptions,
    ...(hasFilterOptions && { filters: { properties } }),
  };
}

function filterView(filter: TriggerFilter): NonNullable<TriggerView["filters"]>["properties"][string] {
  if (filter.type === "boolean") return { ...filter };
  const { type, description } = filter;
  return {
    type,
    description,
    items: { type: "string", ...(filter.enum !== undefined && { enum: [...filter.enum] }) },
  };
}

/** Returns a page of a catalog. Catalogs are short and have a fixed order, so the cursor is the position of the next item. */
function pageOf<T>(
  all: readonly T[],
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): { readonly items: readonly T[]; readonly nextCursor: string | null } {
  const start = Number(cursor ?? 0);
  const end = start + limit;
  return { items: all.slice(start, end), nextCursor: end < all.length ? String(end) : null };
}

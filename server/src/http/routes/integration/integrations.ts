import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  createIntegration,
  deleteIntegration,
  type ForgeCredential,
  getConnectableForge,
  getIntegration,
  type Integration,
  type IntegrationSettings,
  integrationSecretsOf,
  requireAccepted,
  updateIntegration,
} from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { integrationSettingsView, integrationView } from "./integration-view.ts";

type CreateBody = (typeof operations.integrationCreate.body)["_output"];

/** Maximum number of integrations that are counted. */
const maxCounted = 10_000;

export function integrationRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.integrationList, async ({ organizationId, query }) => {
    const filter = {
      ...(query.enabled !== undefined && { enabled: query.enabled }),
      ...(query.hasEnabledRepositories !== undefined && {
        hasEnabledRepositories: query.hasEnabledRepositories,
      }),
      ...(query.ids !== undefined && { ids: query.ids }),
      ...(query.search !== undefined && { search: query.search }),
      ...(query.type !== undefined && { forges: query.type }),
      ...(query.createdAfter !== undefined && { createdAfter: new Date(query.createdAfter) }),
    };
    const { integrations } = ports.store;
    const { items, nextCursor } = await integrations.list(organizationId, {
      ...filter,
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
    });
    const counts = await integrations.repositoryCounts(items.map(({ id }) => id));
    const all =
      query.includeTotal === true
        ? await integrations.list(organizationId, { ...filter, limit: maxCounted })
        : null;
    return {
      items: items.map((one) => integrationView(one, counts.get(one.id) ?? 0)),
      nextCursor,
      ...(all !== null && { totalCount: all.items.length }),
    };
  });

  route(app, operations.integrationRetrieve, async ({ organizationId, params }) =>
    view(await getIntegration(ports, organizationId, params.integrationId)),
  );

  route(app, operations.integrationCreate, async ({ organizationId, body }) => {
    requireAccepted(getConnectableForge(ports, body.type), body);
    const integration = await createIntegration(ports, organizationId, {
      forge: body.type,
      credential: credentialOf(body),
      baseUrl: body.baseUrl,
      apiUrl: body.apiUrl,
      displayName: body.displayName,
      webhookSecret: body.webhookSecret,
      settings: toSettings(body),
    });
    return { integration: await view(integration), sessionSourceId: null };
  });

  route(app, operations.integrationUpdate, async ({ organizationId, params, body }) => {
    const { enabled, defaultRepositoryId, ...settings } = body.settings ?? {};
    const integration = await updateIntegration(ports, organizationId, params.integrationId, {
      displayName: body.displayName,
      accessToken: body.accessToken,
      username: body.username,
      signingKey: body.signingKey,
      enabled,
      settings: {
        ...toSettings(settings),
        ...(defaultRepositoryId !== undefined && { defaultRepositoryId }),
      },
    });
    return view(integration);
  });

  route(app, operations.integrationSettingsRetrieve, async ({ organizationId, params }) => {
    const integration = await getIntegration(ports, organizationId, params.integrationId);
    const secrets = await integrationSecretsOf(ports, integration);
    return integrationSettingsView(ports.settings.publicUrl, integration, {
      credential: secrets?.credential.type ?? null,
      lastSync: await ports.store.integrationSetup.lastSync(integration.id),
    });
  });

  route(app, operations.integrationDelete, async ({ organizationId, params }) => {
    await deleteIntegration(ports, organizationId, params.integrationId);
    return { id: params.integrationId, deleted: true as const };
  });

  async function view(integration: Integration) {
    const counts = await ports.store.integrations.repositoryCounts([integration.id]);
    return integrationView(integration, counts.get(integration.id) ?? 0);
  }
}

function credentialOf(body: CreateBody): ForgeCredential | null {
  if (body.oauth !== undefined) {
    return { type: "oauth", ...body.oauth, accessToken: null, refreshToken: null, expiresAt: null };
  }
  if (body.app !== undefined) return { type: "githubApp", ...body.app };
  if (body.accessToken === undefined) return null;
  return { type: "token", token: body.accessToken, username: body.username ?? null };
}

type Settable = Omit<IntegrationSettings, "defaultRepositoryId">;

function toSettings(
  given: {
    readonly [Name in keyof Settable]?: Settable[Name] | undefined;
  },
): Partial<Settable> {
  const { mentionName, events, enablesNewRepositories, instantSolve, appOrganization } = given;
  return {
    ...(mentionName !== undefined && { mentionName }),
    ...(events !== undefined && { events }),
    ...(enablesNewRepositories !== undefined && { enablesNewRepositories }),
    ...(instantSolve !== undefined && { instantSolve }),
    ...(appOrganization !== undefined && { appOrganization }),
  };
}

import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { AppError } from "../../../core/base/index.ts";
import {
  asRefusal,
  authorizeIntegration,
  connectForge,
  countRunningSyncs,
  type ForgeRateLimit,
  getIntegration,
  hashBrowserToken,
  requestAllSyncs,
  requestSync,
  requireEnabled,
  syncNow,
  testIntegration,
} from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { rememberSetupBrowser } from "../../oauth-callback/setup-browser.ts";
import { route } from "../../route.ts";
import { rateLimitView } from "./integration-view.ts";

/** Time limit for an immediate sync. Records that were written before the limit remain. */
const immediateSyncMs = 10 * 60_000;
const maxEligible = 10_000;

export function integrationWorkRoutes(app: FastifyInstance, ports: Ports): void {
  route(
    app,
    operations.integrationAuthorize,
    async ({ organizationId, params, query, caller, raw }, reply) => {
      const integration = await getIntegration(ports, organizationId, params.integrationId);
      const browserHash =
        caller.kind === "signIn" ? hashBrowserToken(rememberSetupBrowser(ports, raw, reply)) : null;
      const beginner = { userId: caller.userId, browserHash };
      const returnUrl = query.returnUrl ?? null;
      return { authorizationUrl: await authorizeIntegration(ports, integration, { returnUrl, beginner }) };
    },
  );

  route(app, operations.integrationTest, async ({ organizationId, params }) => {
    const integration = await getIntegration(ports, organizationId, params.integrationId);
    const { isHealthy, message } = await testIntegration(ports, integration);
    return { healthy: isHealthy, message };
  });

  route(app, operations.integrationSync, async ({ organizationId, params, body }) => {
    const integration = await getIntegration(ports, organizationId, params.integrationId);
    requireEnabled(integration);
    const { mode } = body;
    const options = { enablesNew: body.enablesNewRepositories ?? false };
    if (mode === "immediate") {
      await syncNow(ports, integration.id, options, AbortSignal.timeout(immediateSyncMs));
      return { integrationId: integration.id, jobId: null, mode };
    }
    const jobId = await ports.store.transaction((tx) => requestSync(ports, tx, integration, options));
    return { integrationId: integration.id, jobId, mode };
  });

  route(app, operations.integrationSyncAll, async ({ organizationId }) => {
    const count = await requestAllSyncs(ports, organizationId);
    return {
      eligibleIntegrationCount: count,
      integrationSyncJobCount: count,
      pullRequestSyncJobCount: 0,
    };
  });

  route(app, operations.integrationSyncStatusRetrieve, async ({ organizationId }) => {
    const { items } = await ports.store.integrations.list(organizationId, {
      enabled: true,
      limit: maxEligible,
    });
    return {
      activeJobCount: await countRunningSyncs(ports, organizationId),
      eligibleIntegrationCount: items.length,
    };
  });

  route(app, operations.integrationRateLimitRetrieve, async ({ organizationId, params }) => {
    const integration = await getIntegration(ports, organizationId, params.integrationId);
    requireEnabled(integration);
    let limit: ForgeRateLimit | null;
    try {
      const forge = await connectForge(ports, integration);
      limit = await forge.rateLimit();
    } catch (cause) {
      throw asRefusal(cause, "conflict");
    }
    if (limit !== null) return rateLimitView(limit);
    throw new AppError("invalid_input", `${integration.webUrl} does not report a rate limit.`);
  });
}

import type { IncomingMessage, RequestListener, ServerOptions } from "node:http";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import { PasswordHasher, type RateLimiter } from "../core/accounts/index.ts";
import { type Measure, maskUrl } from "../core/base/index.ts";
import type { Ports } from "../core/ports.ts";
import { previewSource, Terminals, WorkspaceBrowser } from "../core/turns/index.ts";
import { acceptJson } from "./accept-json.ts";
import { createActing, createAnonymousActing } from "./admission/acting.ts";
import { createAdmission, createAttemptCount } from "./admission/admit.ts";
import { FailedAuthentications } from "./admission/failed-authentications.ts";
import { createHostCheck } from "./admission/hosts.ts";
import { acceptIdempotencyKeys } from "./admission/idempotency.ts";
import { PasswordAttempts } from "./admission/password-attempts.ts";
import { createProxies, isLoopback } from "./admission/proxies.ts";
import { createVisibilityGuard } from "./admission/require-visible.ts";
import { type BareHandler, bareRoutes, type IsFromMachine } from "./bare-routes.ts";
import { boundConnections } from "./bound-connections.ts";
import { answerClientError } from "./client-error.ts";
import { createNodeServer } from "./create-node-server.ts";
import { serveDashboard } from "./dashboard/dashboard.ts";
import { sendError, sendRefusal } from "./errors.ts";
import { forwardToForge } from "./forwarding/forward-to-forge.ts";
import { type Forwarding, noForwarding } from "./forwarding/forwarding.ts";
import { healthRoutes } from "./health.ts";
import { serveHelp } from "./help/help.ts";
import { defaultHttpLimits, type HttpLimits } from "./limits.ts";
import { acceptSockets, createSocketFinder, isSocketUpgrade } from "./live/accept-sockets.ts";
import { createLiveEndpoint } from "./live/live-endpoint.ts";
import { defaultLiveLimits, type LiveLimits } from "./live/live-socket.ts";
import { mcpRoutes } from "./mcp/mcp-routes.ts";
import { measureRequests } from "./metrics/measure-requests.ts";
import { traceRequests } from "./metrics/trace-requests.ts";
import { oauthCallbackRoutes } from "./oauth-callback/oauth-callback.ts";
import type { ForwardLimits } from "./preview/forward-request.ts";
import { PreviewFailures } from "./preview/preview-failures.ts";
import { createPreviewGateway } from "./preview/preview-gateway.ts";
import { openApiRoutes } from "./reference/openapi-routes.ts";
import { referencePageRoutes } from "./reference/reference-page.ts";
import { createRequestId, requestIdHeader } from "./request-id.ts";
import { apiRoutes } from "./routes/api-routes.ts";
import { openPreviewRoutes, previewRoutes } from "./routes/preview/previews.ts";
import { openSignInRoutes } from "./routes/sign-in/open-sign-in.ts";
import { signInRoutes } from "./routes/sign-in/sign-ins.ts";
import { terminalRoutes } from "./routes/terminal/terminals.ts";
import { workspaceFileRoutes } from "./routes/workspace-file/workspace-files.ts";
import { createTerminalEndpoint } from "./terminal/terminal-endpoint.ts";
import { webhookRoutes } from "./webhooks/webhooks.ts";

/** Body limit for requests that require no authentication. Operations that check a key first accept larger bodies (route.ts). */
const OPEN_BODY_BYTES = 8 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const PREFIXES = ["", "/api/public-api"];

export interface HttpOptions {
  readonly ports: Ports;
  readonly logger: FastifyBaseLogger;
  /** Serves `/git/*` on the raw request and response. */
  readonly git: BareHandler;
  /** Serves `/api/github/v3/*` on the raw request and response. */
  readonly forgeApi?: BareHandler;
  /** Serves the calls of other machines on the built-in forge, on the raw request and response. */
  readonly forgeCalls?: { readonly path: string; readonly serve: BareHandler };
  /** Responds to machines that join the installation, on the raw request and response. */
  readonly joins?: { readonly path: string; readonly serve: BareHandler };
  /** Recognizes requests of other machines for `git` and `forgeCalls`. If absent, there are no other machines. */
  readonly isFromMachine?: IsFromMachine;
  /** Connections to the other processes of the installation. Defaults to a server without other processes. */
  readonly forwarding?: Forwarding;
  /** Folder with Vite's output for the dashboard. If absent, pages explain how to build the dashboard. */
  readonly dashboardFolder?: string;
  /** Folder with the built documentation. If absent, `/help` explains how to build it. */
  readonly helpFolder?: string;
  /** Returns the reason why the server is not ready, or null if it is ready. */
  readonly notReady: () => Promise<string | null>;
  /** Limits requests. If absent or null, the server limits neither requests nor invalid keys. */
  readonly rateLimiter?: RateLimiter | null;
  /** Defaults to a hasher with the usual cost. */
  readonly hasher?: PasswordHasher;
  /** Addresses and networks of reverse proxies whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies?: readonly string[];
  /** Names allowed in the `Host` header, in addition to localhost, IP addresses and the host name of the public URL. */
  readonly allowedHosts?: readonly string[];
  readonly limits?: Partial<HttpLimits>;
  readonly liveLimits?: Partial<LiveLimits>;
  readonly previewLimits?: Partial<ForwardLimits>;
  /** Measures the answered requests. If absent, none are measured. */
  readonly measure?: Measure;
  /** True if requests that send messages have spans. Defaults to false. */
  readonly isTraced?: boolean;
}

/** Creates the HTTP server. Does not start listening. */
export function createHttpServer(options: HttpOptions): FastifyInstance {
  const limits = { ...defaultHttpLimits, ...options.limits };
  const forwarding = options.forwarding ?? noForwarding;
  const toForge = (serve: BareHandler) => forwardToForge(forwarding, options.ports.log, serve);
  const { heartbeatMs, stallMs } = { ...defaultLiveLimits, ...options.liveLimits };
  const proxies = createProxies(options.trustedProxies ?? []);
  // As for the limit of connections, a proxy on this machine needs no configuration.
  const isTrusted = ({ socket }: IncomingMessage) => {
    const address = socket.remoteAddress ?? "";
    return isLoopback(address) || proxies.isTrusted(address) || forwarding.isForwarded(socket);
  };
  const requestId = createRequestId(isTrusted);
  const refuseHost = createHostCheck({
    allowed: options.allowedHosts ?? [],
    publicUrl: () => options.ports.settings.publicUrl,
  });
  const previewFailures = new PreviewFailures(
    // A page whose access has ended sends many requests at once.
    (options.rateLimiter ?? null) === null ? 0 : 10 * limits.failedAuthenticationsPerMinute,
  );
  const previews = createPreviewGateway({
    ports: options.ports,
    failures: previewFailures,
    forwarding,
    clientAddress: (request) => proxies.clientAddress(request),
    limits: options.previewLimits,
  });
  const terminals = new Terminals(options.ports);
  const browser = new WorkspaceBrowser(options.ports);
  const findSocket = createSocketFinder(PREFIXES, [
    createLiveEndpoint(options.ports, stallMs),
    createTerminalEndpoint(terminals, options.ports.log),
  ]);
  const app = Fastify({
    loggerInstance: options.logger.child({}, { serializers: { url: maskUrl, req: requestForLog } }),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    bodyLimit: OPEN_BODY_BYTES,
    trustProxy: (address: string) => proxies.isTrusted(address),
    genReqId: (request) => requestId(request as IncomingMessage),
    forceCloseConnections: true,
    requestTimeout: limits.requestTimeoutMs,
    serverFactory: (route, { http }) =>
      createNodeServer(route as RequestListener, {
        http: http as ServerOptions,
        maxRequestsPerSocket: limits.maxRequestsPerSocket,
        isHttps: () => options.ports.settings.publicUrl.startsWith("https:"),
        elsewhere: previews,
      }),
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.connectionsCheckMs,
      shouldUpgradeCallback: (request) =>
        forwarding.ownsUpgrade(request) || isSocketUpgrade(request, findSocket, previews.owns),
    },
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: sendError,
    clientErrorHandler: answerClientError,
  });
  app.server.maxConnections = limits.maxConnections;
  boundConnections(app.server, {
    max: limits.maxConnectionsPerAddress,
    // Exempts loopback, so that a reverse proxy on this machine needs no configuration.
    isExempt: (address, socket) =>
      isLoopback(address) || proxies.isTrusted(address) || forwarding.isForwarded(socket),
  });
  const isSecure = options.ports.settings.publicUrl.startsWith("https:");
  app.decorate("isSecure", isSecure);
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler<Error>(sendError);
  // Sets the header on the raw response, so that streams and git responses also have it.
  app.addHook("onRequest", async (request, reply) => void reply.raw.setHeader(requestIdHeader, request.id));
  app.addHook("onRequest", async (request, reply) => {
    // The process that forwarded the request has checked the host.
    if (forwarding.isForwarded(request.raw.socket)) return;
    const refusal = refuseHost({ host: request.headers.host, path: request.url });
    if (refusal !== null) return sendRefusal(request, reply, "wrong_host", refusal);
  });
  if (options.measure !== undefined) measureRequests(app, options.measure, PREFIXES);
  app.decorateRequest("span", null);
  app.decorateRequest("clientSpan", null);
  if (options.isTraced === true) {
    const { trace, clock } = options.ports;
    traceRequests(app, { trace, clock, isTrusted }, PREFIXES);
  }
  serveDashboard(app, options.dashboardFolder ?? null, () => previewSource(options.ports.settings));
  serveHelp(app, options.helpFolder ?? null);
  app.decorateRequest("caller");
  app.decorateRequest("pathSession", null);
  acceptJson(app);

  void app.register(async (open) => healthRoutes(open, options.notReady));
  void app.register(async (open) => {
    open.addHook("preHandler", createAnonymousActing(options.ports.store));
    oauthCallbackRoutes(open, options.ports);
  });
  const rateLimiter = options.rateLimiter ?? null;
  const failures = new FailedAuthentications(
    rateLimiter === null ? 0 : limits.failedAuthenticationsPerMinute,
  );
  const { git, forgeApi, forgeCalls, joins, isFromMachine } = options;
  void app.register(async (open) =>
    bareRoutes(open, "/git/*", { serve: toForge(git), failures, isFromMachine }),
  );
  if (forgeApi !== undefined) {
    for (const path of ["/api/github/v3", "/api/github/v3/*"])
      void app.register(async (open) => {
        open.addHook("preHandler", createAnonymousActing(options.ports.store));
        bareRoutes(open, path, { serve: toForge(forgeApi), failures });
      });
  }
  if (forgeCalls !== undefined) {
    const { path, serve } = forgeCalls;
    void app.register(async (open) =>
      bareRoutes(open, path, { serve: toForge(serve), failures, isFromMachine }),
    );
  }
  if (joins !== undefined)
    void app.register(async (open) => {
      open.addHook("preHandler", createAnonymousActing(options.ports.store));
      bareRoutes(open, joins.path, { serve: joins.serve, failures });
    });
  const badWebhooks = new FailedAuthentications(
    rateLimiter === null ? 0 : limits.failedAuthenticationsPerMinute,
  );
  void app.register(async (open) => webhookRoutes(open, options.ports, badWebhooks));
  app.addHook("preClose", async () => previews.close());
  acceptSockets(app, {
    find: findSocket,
    elsewhere: previews,
    forwarding,
    refuseHost: (request) =>
      forwarding.isForwarded(request.socket)
        ? null
        : refuseHost({ host: request.headers.host, path: request.url ?? "" }),
    clientAddress: (request) => proxies.clientAddress(request),
    failures,
    requestId,
    log: options.ports.log,
    heartbeatMs,
  });
  const { store, clock } = options.ports;
  const { isForwarded } = forwarding;
  const admit = createAdmission({ store, clock, rateLimiter, failures, isSecure, isForwarded });
  const signIn = {
    ports: options.ports,
    isSecure,
    failures,
    hasher: options.hasher ?? new PasswordHasher(),
    attempts: new PasswordAttempts(),
  };
  void app.register(async (open) => mcpRoutes(open, admit));
  const requireVisible = createVisibilityGuard(store);
  for (const prefix of PREFIXES) {
    void app.register(
      async (open) => {
        openApiRoutes(open);
        referencePageRoutes(open);
      },
      { prefix },
    );
    void app.register(
      async (open) => {
        open.addHook("preHandler", createAnonymousActing(store));
        openSignInRoutes(open, signIn);
        openPreviewRoutes(open, options.ports, { failures, previewFailures });
      },
      { prefix },
    );
    void app.register(
      async (api) => {
        api.addHook("onRequest", admit);
        api.addHook("preHandler", requireVisible);
        api.addHook("preHandler", createAttemptCount({ rateLimiter, isForwarded }));
        api.addHook("preHandler", createActing(store));
        acceptIdempotencyKeys(api, options.ports);
        apiRoutes(api, options.ports);
        signInRoutes(api, signIn);
        terminalRoutes(api, options.ports, { terminals, forwarding });
        workspaceFileRoutes(api, options.ports, { browser, forwarding });
        previewRoutes(api, options.ports, previewFailures);
      },
      { prefix },
    );
  }
  return app;
}

function requestForLog({ method, url }: { readonly method: string; readonly url: string }) {
  return { method, url: maskUrl(url) };
}

import type { IncomingMessage, ServerResponse } from "node:http";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import { newId } from "../core/ids.ts";
import { maskUrl } from "../core/mask-url.ts";
import type { Ports } from "../core/ports/index.ts";
import type { RateLimiter } from "../core/ports/rate-limiter.ts";
import { PasswordHasher } from "../core/sign-in/password-hasher.ts";
import { Terminals } from "../core/terminal/terminals.ts";
import { createActing, createAnonymousActing } from "./admission/acting.ts";
import { createAdmission } from "./admission/admit.ts";
import { FailedAuthentications } from "./admission/failed-authentications.ts";
import { acceptIdempotencyKeys } from "./admission/idempotency.ts";
import { PasswordAttempts } from "./admission/password-attempts.ts";
import { createVisibilityGuard } from "./admission/require-visible.ts";
import { answerClientError } from "./client-error.ts";
import { serveDashboard } from "./dashboard/dashboard.ts";
import { sendError } from "./errors.ts";
import { healthRoutes } from "./health.ts";
import { defaultHttpLimits, type HttpLimits } from "./limits.ts";
import { acceptSockets, createSocketFinder, isSocketUpgrade } from "./live/accept-sockets.ts";
import { createLiveEndpoint } from "./live/live-endpoint.ts";
import { defaultLiveLimits, type LiveLimits } from "./live/live-socket.ts";
import { mcpRoutes } from "./mcp/mcp-routes.ts";
import { oauthCallbackRoutes } from "./oauth-callback/oauth-callback.ts";
import { openApiRoutes } from "./reference/openapi-routes.ts";
import { referencePageRoutes } from "./reference/reference-page.ts";
import { apiRoutes } from "./routes/api-routes.ts";
import { openSignInRoutes } from "./routes/sign-in/open-sign-in.ts";
import { signInRoutes } from "./routes/sign-in/sign-ins.ts";
import { terminalRoutes } from "./routes/terminal/terminals.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { createTerminalEndpoint } from "./terminal/terminal-endpoint.ts";
import { webhookRoutes } from "./webhooks/webhooks.ts";

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const PREFIXES = ["", "/api/public-api"];

export interface HttpOptions {
  readonly ports: Ports;
  readonly logger: FastifyBaseLogger;
  /** Serves `/git/*` on the bare request and response. */
  readonly git: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Serves `/api/github/v3/*` on the bare request and response. */
  readonly forgeApi?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** What Vite built of the dashboard; absent: there are no pages. */
  readonly dashboardFolder?: string;
  /** Why the server cannot work at the moment, or null. */
  readonly notReady: () => Promise<string | null>;
  /** Absent or null: requests are not limited, and neither are bad keys. */
  readonly rateLimiter?: RateLimiter | null;
  /** Absent: one of the usual cost. */
  readonly hasher?: PasswordHasher;
  readonly limits?: Partial<HttpLimits>;
  readonly liveLimits?: Partial<LiveLimits>;
}

/** The HTTP server, not yet listening. */
export function createHttpServer(options: HttpOptions): FastifyInstance {
  const limits = { ...defaultHttpLimits, ...options.limits };
  const { heartbeatMs, stallMs } = { ...defaultLiveLimits, ...options.liveLimits };
  const terminals = new Terminals(options.ports);
  const findSocket = createSocketFinder(PREFIXES, [
    createLiveEndpoint(options.ports, stallMs),
    createTerminalEndpoint(terminals, options.ports.log),
  ]);
  const app = Fastify({
    loggerInstance: options.logger.child({}, { serializers: { url: maskUrl, req: requestForLog } }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    genReqId: () => newId(),
    forceCloseConnections: true,
    requestTimeout: limits.requestTimeoutMs,
    maxRequestsPerSocket: limits.maxRequestsPerSocket,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.connectionsCheckMs,
      shouldUpgradeCallback: (request) => isSocketUpgrade(request, findSocket),
    },
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: sendError,
    clientErrorHandler: answerClientError,
  });
  app.server.maxConnections = limits.maxConnections;
  app.server.prependListener("request", (_request: IncomingMessage, response: ServerResponse) =>
    setSecurityHeaders(response, options.ports.settings.publicUrl.startsWith("https:")),
  );
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler<Error>(sendError);
  // On the bare response, so that streams and git's answers have it too.
  app.addHook("onRequest", async (request, reply) => void reply.raw.setHeader("x-request-id", request.id));
  serveDashboard(app, options.dashboardFolder ?? null);
  app.decorateRequest("caller");
  acceptJson(app);

  void app.register(async (open) => healthRoutes(open, options.notReady));
  void app.register(async (open) => bareRoutes(open, "/git/*", options.git));
  const { forgeApi } = options;
  if (forgeApi !== undefined) {
    for (const path of ["/api/github/v3", "/api/github/v3/*"])
      void app.register(async (open) => bareRoutes(open, path, forgeApi));
  }
  void app.register(async (open) => {
    open.addHook("preHandler", createAnonymousActing(options.ports.store));
    oauthCallbackRoutes(open, options.ports);
  });
  const rateLimiter = options.rateLimiter ?? null;
  const failures = new FailedAuthentications(
    rateLimiter === null ? 0 : limits.failedAuthenticationsPerMinute,
  );
  const badWebhooks = new FailedAuthentications(
    rateLimiter === null ? 0 : limits.failedAuthenticationsPerMinute,
  );
  void app.register(async (open) => webhookRoutes(open, options.ports, badWebhooks));
  acceptSockets(app, { find: findSocket, failures, log: options.ports.log, heartbeatMs });
  const isSecure = options.ports.settings.publicUrl.startsWith("https:");
  const { store, clock } = options.ports;
  const admit = createAdmission({ store, clock, rateLimiter, failures, isSecure });
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
      },
      { prefix },
    );
    void app.register(
      async (api) => {
        api.addHook("onRequest", admit);
        api.addHook("preHandler", requireVisible);
        api.addHook("preHandler", createActing(store));
        acceptIdempotencyKeys(api, options.ports);
        apiRoutes(api, options.ports);
        signInRoutes(api, signIn);
        terminalRoutes(api, terminals);
      },
      { prefix },
    );
  }
  return app;
}

function requestForLog({ method, url }: { readonly method: string; readonly url: string }) {
  return { method, url: maskUrl(url) };
}

/** An empty body is no body: clients send the content type with a bodyless POST. */
function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    if (text === "") return done(null, undefined);
    try {
      done(null, JSON.parse(text.toString()));
    } catch {
      done(Object.assign(new Error("invalid JSON"), { code: "FST_ERR_CTP_INVALID_JSON_BODY" }));
    }
  });
}

/** What speaks for itself: bodies of any size stream through, and it has its own authentication. */
function bareRoutes(app: FastifyInstance, path: string, serve: HttpOptions["git"]): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.all(path, { bodyLimit: Number.MAX_SAFE_INTEGER }, async (request, reply) => {
    reply.hijack();
    await serve(request.raw, reply.raw);
  });
}

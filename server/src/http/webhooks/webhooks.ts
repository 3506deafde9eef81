import { createHash } from "node:crypto";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../core/base/index.ts";
import {
  connectableForges,
  type ForgeName,
  receiveWebhook,
  type WebhookRequest,
} from "../../core/forges/index.ts";
import type { Ports } from "../../core/ports.ts";
import { ByteBudget } from "../../runtime/byte-budget.ts";
import type { FailedAuthentications } from "../admission/failed-authentications.ts";
import { sendError, sendRefusal } from "../errors.ts";

/** Maximum size of a body. GitHub sends up to 25 MB, but the events that Tembo handles are far smaller than this limit. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;
/** Maximum memory for all large bodies of requests that have not received their response. */
const BUDGET_BYTES = 256 * 1024 * 1024;
/** Maximum size of bodies that need no reservation. The connection limit bounds their total size. */
const FREE_BYTES = 64 * 1024;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Receives forges' webhooks at `POST /api/webhook/<forge>`. Webhooks contain no key. They are signed with the integration's secret, and the
 * server parses a body only after it has verified the signature.
 */
export function webhookRoutes(app: FastifyInstance, ports: Ports, failures: FailedAuthentications): void {
  const budget = new ByteBudget(BUDGET_BYTES);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler<FastifyError>(sendWebhookError);
  app.post<{ Params: { forge: string }; Querystring: { integration?: unknown } }>(
    "/api/webhook/:forge",
    {
      bodyLimit: MAX_BODY_BYTES,
      // Runs before the body is read, so that the server rejects many forged webhooks early.
      onRequest: async (request, reply) => {
        refuseFlood(failures, request, reply);
        return reserveBody(budget, request, reply);
      },
    },
    async (request, reply) => {
      const forge = forgeOf(ports, request.params.forge);
      const integrationId = integrationOf(request.query);
      try {
        const received = await receiveWebhook(ports, {
          forge,
          integrationId,
          request: webhookRequestOf(request),
        });
        failures.noteGood(sourceOf(received.integrationId));
        void reply.code(202);
        return received.status === "accepted"
          ? { status: "accepted", id: received.id }
          : { status: "duplicate" };
      } catch (cause) {
        if (cause instanceof AppError && refusals.has(cause.code)) failures.noteBad(request.ip);
        throw cause;
      }
    },
  );
}

const refusals: ReadonlySet<AppError["code"]> = new Set(["unauthenticated", "not_found"]);

/**
 * Rejects webhooks from an address that has sent too many without a valid signature. Exempts the integration in the URL if its webhooks
 * were valid recently, because other senders may share the address.
 */
function refuseFlood(failures: FailedAuthentications, request: FastifyRequest, reply: FastifyReply): void {
  const { integration } = request.query as { readonly integration?: unknown };
  const source = typeof integration === "string" ? sourceOf(integration) : "";
  const refusal = failures.refusal(request.ip, source);
  if (refusal === null) return;
  void reply.header("retry-after", refusal.seconds);
  const advice =
    integration === undefined
      ? `Add "?integration=<id>" to the webhook's URL`
      : "Check the ID in the webhook's URL and the webhook's secret";
  throw new AppError(
    "rate_limited",
    `Your IP address sent too many webhooks without a valid signature. ${advice}, and try again in ${refusal.seconds} s.`,
  );
}

async function reserveBody(
  budget: ByteBudget,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const declared = Number(request.headers["content-length"] ?? MAX_BODY_BYTES);
  // A request that declares a larger body is rejected later.
  const bytes = Math.min(declared, MAX_BODY_BYTES);
  if (bytes <= FREE_BYTES) return;
  const reservation = budget.reserve(bytes);
  if (reservation !== null) return void reply.raw.once("close", reservation.release);
  void reply.header("retry-after", 30);
  const sentence = "Too many large webhooks arrived at the same time. Send this webhook again in a moment.";
  return sendRefusal(request, reply, "unavailable", sentence);
}

const sourceOf = (integrationId: string) =>
  createHash("sha256").update(integrationId.toLowerCase()).digest("hex");

/** Returns the forge's name. Throws `not_found` if the forge is unknown or is the built-in forge, which needs no webhooks. */
function forgeOf(ports: Pick<Ports, "forgeKinds">, name: string): ForgeName {
  const names = connectableForges(ports).map(({ descriptor }) => descriptor.name);
  if (names.includes(name)) return name;
  throw new AppError(
    "not_found",
    `Unknown forge ${JSON.stringify(name.slice(0, 100))}. This server accepts webhooks of ${names.join(", ")}.`,
  );
}

function integrationOf({ integration }: { readonly integration?: unknown }): string | null {
  if (integration === undefined) return null;
  if (typeof integration === "string" && UUID.test(integration)) return integration.toLowerCase();
  throw new AppError(
    "not_found",
    'The "integration" in the URL is not a valid ID. "tembo integration list" shows the IDs.',
  );
}

function webhookRequestOf({ headers, body }: FastifyRequest): WebhookRequest {
  return {
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
      ),
    ),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  };
}

function sendWebhookError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  // `sendError` would ask the client for a key.
  if (error instanceof AppError && error.code === "unauthenticated") {
    sendRefusal(request, reply, error.code, error.message);
    return;
  }
  sendError(error, request, reply);
}

import type { IncomingHttpHeaders } from "node:http";
import type { Route } from "./find-route.ts";
import { countInput } from "./metering/estimate-usage.ts";
import { parseBody } from "./parse-body.ts";
import { findReach } from "./reach/find-reach.ts";
import type { Refusal } from "./refusal.ts";
import type { Upstream } from "./upstream.ts";

export interface Inspected {
  /** Inspected body, or null for a request without a body. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** The same body, serialized again, in bytes. */
  readonly bytes: Buffer;
  /** Number of characters in the body, where each picture and file counts only up to a limit. 0 for a request without a body. */
  readonly inputCharacters: number;
  /** Requested model, or null if the request does not contain one. */
  readonly model: string | null;
}

/**
 * Returns the inspected body, serialized again, because parsers differ on which of two fields with the same name counts. Adds
 * `stream_options.include_usage` to streamed chat completions, so that the response reports its usage.
 *
 * Returns a refusal in these cases:
 * - The body has a content encoding, or `parseBody` rejects it.
 * - The request makes the provider access the network, but the sandbox has no network access.
 * - The request is for a background response, because the gateway never receives the usage of such a response.
 */
export function inspectBody(
  route: Route,
  headers: IncomingHttpHeaders,
  bytes: Buffer,
  {
    upstream,
    reachesNetwork,
  }: { readonly upstream: Pick<Upstream, "family" | "findReach">; readonly reachesNetwork: boolean },
): Inspected | { readonly refusal: Refusal } {
  if (route.body === "none")
    return { body: null, bytes: Buffer.alloc(0), model: route.model, inputCharacters: 0 };
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    return badRequest(
      `The content encoding ${encoding.slice(0, 40)} is not supported, because the gateway inspects the body. Send the request without it.`,
    );
  }
  const parsed = parseBody(bytes);
  if ("why" in parsed) return badRequest(parsed.why);
  const { body } = parsed;
  const model = route.model ?? (typeof body.model === "string" ? body.model : null);
  const reach = reachesNetwork ? null : findRequestReach(upstream, body, model);
  if (reach !== null) return { refusal: { kind: "reachesOut", message: describeReach(reach) } };
  if (route.body === "responses" && body.background === true) {
    return badRequest(
      "Background responses are not supported, because they cannot be metered. Remove `background`.",
    );
  }
  const sent = route.body === "chatCompletions" ? withUsage(body) : body;
  const json = JSON.stringify(sent);
  return { body: sent, bytes: Buffer.from(json), model, inputCharacters: countInput(body, json.length) };
}

function findRequestReach(
  upstream: Pick<Upstream, "family" | "findReach">,
  body: object,
  model: string | null,
): string | null {
  return findReach(upstream.family, body, model) ?? upstream.findReach?.(body, model) ?? null;
}

function withUsage(body: Record<string, unknown>): Record<string, unknown> {
  if (body.stream !== true) return body;
  const { stream_options: options } = body;
  const given = typeof options === "object" && options !== null ? options : {};
  return { ...body, stream_options: { ...given, include_usage: true } };
}

const describeReach = (reach: string) =>
  `The request was not sent: with ${reach}, the model provider would fetch, search or run something for the sandbox, which the organization's egress policy does not allow. Remove it, or set the organization's egress preset to open. If the session has its own preset, change that as well.`;

const badRequest = (message: string) => ({ refusal: { kind: "badRequest", message } as const });

import type { IncomingHttpHeaders } from "node:http";
import type { Route } from "./find-route.ts";
import { countInput } from "./metering/estimate-usage.ts";
import { parseBody } from "./parse-body.ts";
import { findReach } from "./reach/find-reach.ts";
import type { Refusal } from "./refusal.ts";
import type { Upstream } from "./upstream.ts";

export interface Inspected {
  /** The inspected body, or null for a request without one. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** The same body, serialized from the parsed value. */
  readonly bytes: Buffer;
  /** Length of `bytes` as text, with a limit per picture and file. 0 for a request without a body. */
  readonly inputCharacters: number;
  /** The requested model, or null if the request does not name it. */
  readonly model: string | null;
}

/**
 * Makes sure that the response will state its usage. Streamed chat completions request it (`stream_options.include_usage`). Background
 * responses are rejected, because the gateway never receives their usage. Also rejects requests with which the provider would access the
 * network for a sandbox that may not do so itself. The body that is sent is the inspected one, serialized again: parsers differ on which of
 * two equal names counts.
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
  `The request was not sent: with ${reach}, the model provider would fetch, search or run something for the sandbox, which the organization's egress policy does not allow. Remove it, or set the egress preset of the organization (and of the session, if it has its own) to open.`;

const badRequest = (message: string) => ({ refusal: { kind: "badRequest", message } as const });

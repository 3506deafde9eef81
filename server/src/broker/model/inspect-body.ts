import type { IncomingHttpHeaders } from "node:http";
import type { Route } from "./find-route.ts";
import type { Refusal } from "./refusal.ts";

export interface Inspected {
  readonly bytes: Buffer;
  /** The model that the body asks for, where it was looked at. */
  readonly model: string | null;
}

/**
 * Sees to it that the answer will tell its usage: streamed chat completions are asked to (`stream_options.include_usage`), and
 * responses in the background, whose usage is told to nobody here, are refused.
 */
export function inspectBody(
  route: Route,
  headers: IncomingHttpHeaders,
  bytes: Buffer,
): Inspected | { readonly refusal: Refusal } {
  if (route.body === "opaque") return { bytes, model: route.model };
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    return refusal(
      `Send the request without content-encoding ${encoding.slice(0, 40)}: its model is metered.`,
    );
  }
  const body = parseObject(bytes);
  if (body === null) return refusal("The body of the request is no JSON object. Send one.");
  const model = typeof body.model === "string" ? body.model : null;
  if (route.body === "responses") {
    if (body.background !== true) return { bytes, model };
    return refusal("Responses in the background are not metered. Leave `background` out.");
  }
  if (body.stream !== true) return { bytes, model };
  const options = isRecord(body.stream_options) ? body.stream_options : {};
  if (options.include_usage === true) return { bytes, model };
  const changed = { ...body, stream_options: { ...options, include_usage: true } };
  return { bytes: Buffer.from(JSON.stringify(changed)), model };
}

const refusal = (message: string) => ({ refusal: { kind: "badRequest", message } as const });

function parseObject(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isRecord(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { AppError } from "../../base/index.ts";
import type { ForgeEvent } from "../forge/forge-event.ts";
import type { Delivery } from "./delivery.ts";

/**
 * Header that marks a delivery whose body is a serialized `ForgeEvent`. `keptHeaders` removes it from incoming
 * requests.
 */
export const eventHeader = "x-tembo-event";

const dateKeys: ReadonlySet<string> = new Set(["at", "createdAt", "updatedAt", "submittedAt", "mergedAt"]);

/** Serializes a polled event as the body of a delivery. */
export function eventBody(event: ForgeEvent): Buffer {
  return Buffer.from(JSON.stringify(event));
}

export function holdsEvent({ headers }: Pick<Delivery, "headers">): boolean {
  return headers[eventHeader] !== undefined;
}

/**
 * Parses the output of `eventBody` without validating the contents. Throws `invalid_input` if the body is not an event.
 */
export function readEventBody(body: Buffer): ForgeEvent {
  try {
    const event = JSON.parse(body.toString("utf8"), (key, value: unknown) =>
      dateKeys.has(key) && typeof value === "string" ? new Date(value) : value,
    ) as ForgeEvent;
    if (typeof event.type === "string" && event.at instanceof Date) return event;
  } catch (cause) {
    throw unreadable(cause);
  }
  throw unreadable();
}

function unreadable(cause?: unknown): AppError {
  return new AppError("invalid_input", "The body of the polled event cannot be parsed.", { cause });
}

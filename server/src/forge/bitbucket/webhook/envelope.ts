import { z } from "zod";
import type { EventRepository, ForgeUser } from "../../../core/forges/index.ts";
import { readEventRepository, readUser } from "../reading.ts";
import * as shapes from "../shapes.ts";

/** Fields common to all webhook events. */
export interface WebhookEnvelope {
  readonly repository: EventRepository;
  readonly actor: ForgeUser | null;
  /** Time for events without their own time. */
  readonly at: Date;
}

const envelope = z.object({ repository: shapes.repository, actor: shapes.account.nullish() });

/**
 * Parses the common fields. `time` is the value of the `X-Event-Time` header. Without a valid time, uses the repository's last update or the
 * current time. Throws a ZodError if the body does not match.
 */
export function readEnvelope(body: unknown, time: string | undefined): WebhookEnvelope {
  const { repository, actor } = envelope.parse(body);
  const at = new Date(time ?? Number.NaN);
  return {
    repository: readEventRepository(repository),
    actor: actor ? readUser(actor) : null,
    at: Number.isNaN(at.getTime()) ? (repository.updated_on ?? new Date()) : at,
  };
}

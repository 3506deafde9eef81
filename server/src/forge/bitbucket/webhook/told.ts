import { z } from "zod";
import type { EventRepository, ForgeUser } from "../../../core/forges/index.ts";
import { readEventRepository, readUser } from "../reading.ts";
import * as shapes from "../shapes.ts";

/** What every webhook says: where, and who. */
export interface Told {
  readonly repository: EventRepository;
  readonly actor: ForgeUser | null;
  /** The forge's clock for events that carry no time of their own. */
  readonly at: Date;
}

const envelope = z.object({ repository: shapes.repository, actor: shapes.account.nullish() });

/** `time` is the header X-Event-Time. Throws a ZodError. */
export function told(body: unknown, time: string | undefined): Told {
  const { repository, actor } = envelope.parse(body);
  const at = new Date(time ?? Number.NaN);
  return {
    repository: readEventRepository(repository),
    actor: actor ? readUser(actor) : null,
    at: Number.isNaN(at.getTime()) ? (repository.updated_on ?? new Date()) : at,
  };
}

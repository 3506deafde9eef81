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

const envelope = z.object({ repository: shapes.repository, sender: shapes.user.nullish() });
/** Forgejo's runs of Actions say it of the run only. */
const runEnvelope = z.object({
  run: z.object({ repository: shapes.repository, trigger_user: shapes.user.nullish() }),
});

/** Throws a ZodError. */
export function told(body: unknown): Told {
  const ofRun = runEnvelope.safeParse(body).data?.run;
  const { repository, sender } = ofRun
    ? { repository: ofRun.repository, sender: ofRun.trigger_user }
    : envelope.parse(body);
  return {
    repository: readEventRepository(repository),
    actor: sender ? readUser(sender) : null,
    at: repository.updated_at ?? new Date(),
  };
}

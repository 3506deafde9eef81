import { z } from "zod";
import type { EventRepository, ForgeUser } from "../../../core/forges/index.ts";
import { readEventRepository, readUser } from "../reading.ts";
import * as shapes from "../shapes.ts";

/** Fields common to all webhook events. */
export interface WebhookEnvelope {
  readonly repository: EventRepository;
  readonly actor: ForgeUser | null;
  /** Time for events without their own time: the repository's last update, or the current time if it is unknown. */
  readonly at: Date;
}

const envelope = z.object({ repository: shapes.repository, sender: shapes.user.nullish() });
/** Run event from Forgejo. It contains the repository and the actor only within the run. */
const runEnvelope = z.object({
  run: z.object({ repository: shapes.repository, trigger_user: shapes.user.nullish() }),
});

/** Parses the common fields. Throws a ZodError if the body does not match. */
export function readEnvelope(body: unknown): WebhookEnvelope {
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

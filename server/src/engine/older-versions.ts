import { DBOS, type WorkflowStatus } from "@dbos-inc/dbos-sdk";
import { type Logger, limitRepeats, type Membership } from "../core/base/index.ts";
import type { Store } from "../core/ports.ts";
import { requeueOnce } from "./requeue-once.ts";

const CHECK_MS = 5_000;
/** Maximum number of workflows that one check takes over. The next check continues. */
const PAGE = 100;

export interface OlderVersionParts {
  readonly store: Pick<Store, "transaction">;
  readonly version: number;
  readonly requeue: (workflows: readonly WorkflowStatus[]) => Promise<void>;
}

/**
 * Takes over queued workflows of older versions that no worker runs any more, so that an upgrade strands no work. Never
 * takes workflows of newer versions. Stop it with `clearInterval`.
 */
export function watchOlderVersions(
  membership: Pick<Membership, "versions">,
  parts: OlderVersionParts,
  whole: Logger,
): NodeJS.Timeout {
  const log = limitRepeats(whole);
  let isBusy = false;
  return setInterval(async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      await takeOverOlder(membership, parts, whole);
    } catch (cause) {
      log.warn({ err: cause }, "work of older versions could not be taken over; retrying");
    } finally {
      isBusy = false;
    }
  }, CHECK_MS);
}

/** Several processes may call this concurrently. */
export async function takeOverOlder(
  membership: Pick<Membership, "versions">,
  { store, version, requeue }: OlderVersionParts,
  log: Logger,
): Promise<void> {
  await requeueOnce(
    store,
    () => findOlder(membership, version),
    async (workflows) => {
      const ids = workflows.map(({ workflowID }) => workflowID);
      log.info({ ids, version }, "work of an older version continues under this version");
      await requeue(workflows);
    },
  );
}

async function findOlder(
  membership: Pick<Membership, "versions">,
  version: number,
): Promise<WorkflowStatus[]> {
  const present = new Set(await membership.versions());
  if (!present.has(version)) return [];
  const absent = Array.from({ length: version - 1 }, (_, index) => index + 1).filter(
    (one) => !present.has(one),
  );
  if (absent.length === 0) return [];
  return DBOS.listWorkflows({
    applicationVersion: absent.map(String),
    // A takeover that crashed leaves its workflow canceled.
    status: ["ENQUEUED", "CANCELLED"],
    limit: PAGE,
    loadInput: false,
    loadOutput: false,
  });
}

import { AsyncLocalStorage } from "node:async_hooks";
import type pg from "pg";
import { AppError, type KeyedRequest } from "../core/base/index.ts";

/** Request with an idempotency key that the current code handles. */
const handled = new AsyncLocalStorage<KeyedRequest>();

/** Implements `Store.handlingRequest`. */
export function handlingRequest<T>(request: KeyedRequest, work: () => T): T {
  return handled.run(request, work);
}

/**
 * Records in the transaction, as its last statement, that the request has changes. A server that dies later leaves this
 * record. Throws `conflict` if another server has taken the request's key meanwhile.
 */
export async function recordChanges(client: pg.PoolClient): Promise<void> {
  const request = handled.getStore();
  if (request === undefined || request.hasEnded) return;
  const { organizationId, userId, key, at } = request;
  const { rows } = await client.query<{ at: Date }>({
    name: "tembo_record_changes",
    text: `update idempotent_requests set has_changes = has_changes or created_at = $4
           where organization_id = $1 and user_id = $2 and key = $3 returning created_at as at`,
    values: [organizationId, userId, key, at],
  });
  const [row] = rows;
  if (row !== undefined && row.at.getTime() !== at.getTime())
    throw new AppError(
      "conflict",
      'Another server is processing a request with the same "Idempotency-Key". This request changed nothing. Send it again to get the response.',
    );
}

import { AppError, newId } from "../../base/index.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Delivery } from "./delivery.ts";

/**
 * Enqueues a delivery again, as a new delivery with the same body. Throws `not_found` if the organization has no such
 * delivery.
 */
export async function replayDelivery(
  ports: Pick<ForgesPorts, "store" | "engine" | "clock">,
  organizationId: string,
  id: string,
): Promise<Delivery> {
  const delivery = await getDelivery(ports.store, organizationId, id);
  const replayId = newId();
  const replay: Delivery = {
    ...delivery,
    id: replayId,
    deliveryId: `replay:${replayId}`,
    source: "replay",
    status: "received",
    outcome: null,
    sessionId: null,
    receivedAt: ports.clock.now(),
    workedAt: null,
  };
  await ports.store.transaction(async (tx) => {
    await tx.deliveries.insert(replay);
    await ports.engine.enqueueJob(tx, { kind: "delivery", deliveryId: replay.id });
  });
  return replay;
}

/** Returns a delivery. Throws `not_found` if the organization has no such delivery. */
export async function getDelivery(
  store: Pick<ForgesPorts["store"], "deliveries">,
  organizationId: string,
  id: string,
): Promise<Delivery> {
  const delivery = await store.deliveries.find(organizationId, id);
  if (delivery === null) throw new AppError("not_found", `Webhook delivery ${id} was not found.`);
  return delivery;
}

import { AppError, reason, runWithRetries, withReason } from "../../base/index.ts";
import {
  type Delivery,
  type EventResult,
  type ForgeEvent,
  getForgeAdapter,
  holdsEvent,
  readEventBody,
  summarize,
} from "../../forges/index.ts";
import type { JobContext } from "../job/job-context.ts";
import type { AutomationPorts } from "../ports.ts";
import { workEvent } from "./work-event.ts";

/** Handles each event of a delivery, with retries, and records the result. Does nothing if the delivery has ended or no longer exists. */
export async function workDelivery(context: JobContext, deliveryId: string): Promise<void> {
  const { ports, tools } = context;
  const waiting = await tools.read(() => waitingDelivery(ports, deliveryId));
  if (waiting === null) return;
  const { delivery, events } = waiting;
  if ("outcome" in events) return finish(context, deliveryId, { ...events, sessionId: null });
  const results: EventResult[] = [];
  for (const [index, event] of events.entries()) {
    const ending = await runWithRetries({ tools, log: ports.log }, `event ${index + 1}`, (tries) =>
      workEvent(context, delivery, event, tries),
    );
    results.push(
      ending.kind === "done"
        ? ending.value
        : { kind: "failed", sentence: ending.sentence, sessionId: null, triggers: [] },
    );
  }
  await finish(context, deliveryId, summarize(results));
}

/** Marks a delivery as failed after an unexpected error, so that its status does not remain `received`. */
export async function failDelivery(context: JobContext, deliveryId: string): Promise<void> {
  await finish(context, deliveryId, {
    status: "failed",
    outcome: "Something went wrong on the server. See the server's log.",
    sessionId: null,
  });
}

/**
 * Returns a delivery and its events, or null if the delivery has ended or no longer exists. Omits the body, so that it does not remain in memory
 * while the events are handled.
 */
async function waitingDelivery(ports: Pick<AutomationPorts, "forges" | "store" | "log">, id: string) {
  const delivery = await ports.store.deliveries.findById(id);
  if (delivery === null || delivery.status !== "received") return null;
  const { body: _, ...withoutBody } = delivery;
  return { delivery: withoutBody, events: eventsIn(ports, delivery) };
}

/** Returns the delivery's events, or the reason why the delivery cannot be parsed. */
function eventsIn(
  ports: Pick<AutomationPorts, "forges" | "log">,
  delivery: Delivery,
): readonly ForgeEvent[] | { readonly status: "ignored" | "failed"; readonly outcome: string } {
  try {
    return holdsEvent(delivery)
      ? [readEventBody(delivery.body)]
      : getForgeAdapter(ports, delivery.forge).readWebhook(delivery);
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "invalid_input") {
      return {
        status: "ignored",
        outcome: withReason("The delivery cannot be parsed", reason(cause).slice(0, 1000)),
      };
    }
    ports.log.error({ err: cause, deliveryId: delivery.id }, "a delivery could not be parsed");
    return { status: "failed", outcome: "The delivery cannot be parsed. See the server's log." };
  }
}

async function finish(
  { ports, tools }: JobContext,
  deliveryId: string,
  end: Parameters<AutomationPorts["store"]["deliveries"]["finish"]>[1],
): Promise<void> {
  await tools.step("finish", async () => {
    await ports.store.deliveries.finish(deliveryId, end, ports.clock.now());
    return null;
  });
}

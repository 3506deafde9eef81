import { type Logger, rootReason } from "../../../core/base/index.ts";
import type { LocalHook } from "../../../core/forges/index.ts";
import type { EgressProxy } from "../../../core/turns/index.ts";
import { retry } from "../../../runtime/retry.ts";
import { signatureOf } from "./signature.ts";

interface Limits {
  /** Maximum length of a webhook's queue. Further deliveries are dropped. */
  readonly maxWaiting: number;
  readonly timeoutMs: number;
  /** Delays before the second attempt, the third, and so on. */
  readonly retriesAfterMs: readonly number[];
}

const defaultLimits: Limits = { maxWaiting: 1000, timeoutMs: 10_000, retriesAfterMs: [1_000, 10_000] };

interface Delivery {
  readonly hook: LocalHook;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Sends a request to a URL that has already been validated. The organization's own webhooks also use this function. */
export type SendHook = EgressProxy["sendWebhook"];

/**
 * Sends webhooks over HTTP. Deliveries to the same webhook are sent in order, and deliveries to different webhooks concurrently. Queued
 * deliveries are lost when the process exits.
 */
export class HookDeliveries {
  readonly #log: Logger;
  readonly #sendHook: SendHook;
  readonly #limits: Limits;
  readonly #waiting = new Map<number, Delivery[]>();
  readonly #running = new Set<Promise<void>>();
  readonly #end = new AbortController();

  constructor(log: Logger, sendHook: SendHook, limits: Partial<Limits> = {}) {
    this.#log = log;
    this.#sendHook = sendHook;
    this.#limits = { ...defaultLimits, ...limits };
  }

  add(hook: LocalHook, headers: Readonly<Record<string, string>>, text: string): void {
    if (this.#end.signal.aborted) return;
    const queue = this.#waiting.get(hook.id);
    if (queue === undefined) {
      const fresh = [{ hook, headers, text }];
      this.#waiting.set(hook.id, fresh);
      const work = this.#work(hook.id, fresh).finally(() => this.#running.delete(work));
      this.#running.add(work);
      return;
    }
    if (queue.length < this.#limits.maxWaiting) queue.push({ hook, headers, text });
    else this.#log.warn({ hookId: hook.id }, "a webhook is too slow; an event was not sent to it");
  }

  /** Aborts the running deliveries and discards the queued ones. Resolves when all of them have stopped. */
  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#running);
  }

  async #work(hookId: number, queue: Delivery[]): Promise<void> {
    for (let next = queue[0]; next !== undefined && !this.#end.signal.aborted; next = queue[0]) {
      await this.#deliver(next);
      queue.shift();
    }
    this.#waiting.delete(hookId);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { signal } = this.#end;
    const send = () => this.#send(delivery).catch(rootReason);
    const words = await retry(send, {
      signal,
      afterResult: (refusal, { number }) =>
        refusal === "" ? null : (this.#limits.retriesAfterMs[number - 1] ?? null),
    }).catch((cause: unknown) => {
      if (!signal.aborted) throw cause;
      return "";
    });
    if (words === "") return;
    this.#log.warn(
      { hookId: delivery.hook.id, delivery: delivery.headers["x-github-delivery"], reason: words },
      "a webhook rejected an event",
    );
  }

  /** Sends one delivery. Returns an empty string on success, or the reason for the failure. */
  async #send({ hook, headers, text }: Delivery): Promise<string> {
    const answer = await this.#sendHook(
      {
        url: hook.url,
        headers: {
          ...headers,
          "x-github-hook-id": String(hook.id),
          "x-github-hook-installation-target-type": "repository",
          ...(hook.secret !== "" && { "x-hub-signature-256": signatureOf(text, hook.secret) }),
        },
        body: text,
      },
      AbortSignal.any([this.#end.signal, AbortSignal.timeout(this.#limits.timeoutMs)]),
    );
    return answer.status >= 200 && answer.status < 300 ? "" : `it responded with status ${answer.status}`;
  }
}

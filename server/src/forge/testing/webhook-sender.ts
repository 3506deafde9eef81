import { TaskSequence } from "../../runtime/task-sequence.ts";

/** Sends webhooks in the order of their creation, as a forge does: one endpoint at a time, without retries. */
export class WebhookSender {
  readonly #sending = new TaskSequence();

  send(url: string, headers: Readonly<Record<string, string>>, body: string): void {
    this.#sending.add(async () => {
      try {
        const request = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
        await (await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) })).body?.cancel();
      } catch {
        // A forge ignores an endpoint that is gone.
      }
    });
  }

  /** Resolves when all webhooks created so far have been sent. */
  settled(): Promise<void> {
    return this.#sending.settled();
  }
}

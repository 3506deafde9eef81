import { TaskSequence } from "../../runtime/task-sequence.ts";

/** Sends webhooks in the order they were made, as a forge does: to one address after the other, and without a second try. */
export class WebhookSender {
  readonly #sending = new TaskSequence();

  send(url: string, headers: Readonly<Record<string, string>>, body: string): void {
    this.#sending.add(async () => {
      try {
        const request = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
        await (await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) })).body?.cancel();
      } catch {
        // A listener that is gone is no concern of a forge.
      }
    });
  }

  /** When all that were made are sent. */
  settled(): Promise<void> {
    return this.#sending.settled();
  }
}

import { TaskSequence } from "../../runtime/task-sequence.ts";

/** Sends webhooks in the order of their creation, one at a time and without retries. */
export class WebhookSender {
  readonly #sending = new TaskSequence();

  send(url: string, headers: Readonly<Record<string, string>>, body: string): void {
    this.#sending.add(async () => {
      try {
        const request = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
        await (await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) })).body?.cancel();
      } catch {
        // Like a forge, ignores endpoints that no longer exist.
      }
    });
  }

  /** Resolves when all webhooks created so far have been sent. */
  settled(): Promise<void> {
    return this.#sending.settled();
  }
}

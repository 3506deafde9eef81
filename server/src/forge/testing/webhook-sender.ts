/** Sends webhooks in the order they were made, as a forge does: to one address after the other, and without a second try. */
export class WebhookSender {
  #last: Promise<void> = Promise.resolve();

  send(url: string, headers: Readonly<Record<string, string>>, body: string): void {
    this.#last = this.#last.then(async () => {
      try {
        const request = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
        await (await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) })).body?.cancel();
      } catch {
        // A listener that is gone is no concern of a forge.
      }
    });
  }

  /** When all that were made are sent. */
  async settled(): Promise<void> {
    await this.#last;
  }
}

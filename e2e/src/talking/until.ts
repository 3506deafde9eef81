const LIMIT_MS = 60_000;
const STEP_MS = 50;

/** Polls until `ask` returns a value, and returns this value. On timeout, throws an error that contains `what`. */
export async function until<T>(what: string, ask: () => Promise<T | null | undefined | false>): Promise<T> {
  const endAt = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > endAt) throw new Error(`Timed out waiting for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

import type { World } from "@tembo/e2e/support";
import { pollUntil } from "../../../server/src/runtime/poll-until.ts";

const LIMIT_MS = 60_000;

/** Waits until the server's log contains this text at least `count` times. Throws after a minute. */
export async function untilLogged(
  { tembo }: Pick<World, "tembo">,
  text: string,
  count: number,
): Promise<void> {
  const isLogged = () => tembo.log().split(text).length > count;
  if (await pollUntil(isLogged, { every: 100, timeoutMs: LIMIT_MS })) return;
  throw new Error(`The log does not contain "${text}" ${count} times.`);
}

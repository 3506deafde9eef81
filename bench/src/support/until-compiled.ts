import type { World } from "@tembo/e2e/support";
import { pollUntil } from "../../../server/src/runtime/poll-until.ts";

/** Exceeds the server's own limit for filling a compile cache. */
const LIMIT_MS = 120_000;

/**
 * Waits until the server has filled the harness's compile cache, which it begins after the first session of the harness.
 * Until then, the harness starts more slowly and the filling uses the processor. Throws if the server could not fill it.
 */
export async function untilCompiled(
  { tembo }: { readonly tembo: Pick<World["tembo"], "log"> },
  harness: string,
  timeoutMs = LIMIT_MS,
): Promise<void> {
  const find = (text: string) =>
    tembo
      .log()
      .split("\n")
      .find((line) => line.includes(`"harness":"${harness}"`) && line.includes(text));
  const isSettled = () => {
    const failure = find("compile cache could not be filled");
    if (failure !== undefined) throw new Error(`The server has no compile cache for ${harness}: ${failure}`);
    return find("the harness's compile cache is filled") !== undefined;
  };
  if (await pollUntil(isSettled, { every: 100, timeoutMs })) return;
  throw new Error(`The compile cache of ${harness} was not filled within ${timeoutMs / 1000} s.`);
}

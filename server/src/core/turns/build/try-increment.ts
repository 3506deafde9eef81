import { AppError, asSentence, minuteMs } from "../../base/index.ts";
import type { BuildContext } from "./build-context.ts";

/** Time of an incremental build. It leaves half of a build's time for a whole one. */
export const incrementLimitMs = 30 * minuteMs;

export interface Increment {
  /** Time at which the previous environment was built. */
  readonly builtAt: Date;
  readonly limitMs: number;
}

/** `canRepeat` is false if the next refresh could fail in the same way. */
export type TriedIncrement<T> =
  | { readonly kind: "made"; readonly result: T }
  | { readonly kind: "failed"; readonly canRepeat: boolean };

/**
 * Makes an incremental build. If it fails or reaches the limit, writes the reason to the build's log and returns, so that
 * the caller can build everything in the remaining time. Throws the signal's reason if the signal aborts, or `fenced` if
 * `make` does.
 */
export async function tryIncrement<T>(
  { ports, build, output }: Pick<BuildContext, "ports" | "build" | "output">,
  { builtAt, limitMs }: Increment,
  make: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<TriedIncrement<T>> {
  const limit = AbortSignal.timeout(limitMs);
  await output.add(`[Building on the environment of ${builtAt.toISOString()}.]\n`);
  try {
    return { kind: "made", result: await make(AbortSignal.any([signal, limit])) };
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof AppError && cause.code === "fenced") throw cause;
    ports.log.warn(
      { err: cause, buildId: build.id },
      "an incremental build failed; building everything again",
    );
    await output.add(
      `\n[The build on the previous environment failed.${describe(cause, limit.aborted ? limitMs : null)}]\n`,
    );
    await output.add("[Building everything again.]\n");
    return { kind: "failed", canRepeat: !limit.aborted && isLayerLost(cause) };
  }
}

function describe(cause: unknown, passedLimitMs: number | null): string {
  if (passedLimitMs !== null) return ` It took longer than ${passedLimitMs / minuteMs} minutes.`;
  return cause instanceof AppError && cause.code !== "internal" ? ` ${asSentence(cause)}` : "";
}

/** True if a layer of the previous environment is missing or damaged. A whole build does without it. */
export const isLayerLost = (cause: unknown) =>
  cause instanceof AppError && ["layer_broken", "not_found"].includes(cause.code);

/**
 * Time within which a second signal counts as the same signal, because npm forwards a signal that its whole process group has already
 * received.
 */
const echoMs = 2_000;

/**
 * Resolves at the first SIGTERM or SIGINT. Ignores further signals for 2 s. A later signal calls `insist`, because the operator does not
 * want to wait for a clean stop.
 */
export function waitForStopSignal(insist: (signal: NodeJS.Signals) => void): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let firstAt: number | null = null;
  const onSignal = (signal: NodeJS.Signals) => {
    firstAt ??= performance.now();
    if (performance.now() - firstAt > echoMs) insist(signal);
    resolve(signal);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  return promise;
}

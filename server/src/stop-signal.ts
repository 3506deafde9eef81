/** A second signal that comes sooner is the same wish: npm passes on what its whole process group got anyway. */
const echoMs = 2_000;

/**
 * Resolves at the first SIGTERM or SIGINT. Signals that follow it within 2 s are ignored; a later one calls `insist`, since the person
 * does not want to wait for the clean end.
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

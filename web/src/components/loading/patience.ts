/** Time limit in milliseconds for loading code while the server is unavailable, and the delay between attempts. */
export const PATIENCE_MS = 60_000;
const AGAIN_MS = 2_000;

export const pause = () => new Promise<void>((resolve) => setTimeout(resolve, AGAIN_MS));

/** How long code is waited for while the server is away, and how often it is asked for. */
export const PATIENCE_MS = 60_000;
const AGAIN_MS = 2_000;

export const pause = () => new Promise<void>((resolve) => setTimeout(resolve, AGAIN_MS));

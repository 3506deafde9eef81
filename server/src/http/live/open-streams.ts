import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";

/** Time limit for readers to receive the end of their streams at shutdown. Afterwards, the server closes the connections. */
const FAREWELL_MS = 3_000;

export interface OpenStreams {
  /** Signal that aborts when the server shuts down. */
  readonly serverEnds: AbortSignal;
  /** Makes the shutdown wait until the response has ended. */
  readonly add: (response: ServerResponse) => void;
}

/** Tracks open streams. At shutdown, each stream ends after its last event before the server closes the remaining connections. */
export function openStreamsOf(app: FastifyInstance): OpenStreams {
  const ending = new AbortController();
  const open = new Set<ServerResponse>();
  app.addHook("preClose", async () => {
    ending.abort();
    const cut = AbortSignal.timeout(FAREWELL_MS);
    await Promise.allSettled([...open].map((response) => once(response, "close", { signal: cut })));
  });
  return {
    serverEnds: ending.signal,
    add: (response) => {
      open.add(response);
      response.once("close", () => open.delete(response));
    },
  };
}

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";

/** Time for a reader to receive the end of its stream before its connection is cut. */
const FAREWELL_MS = 3_000;

export interface OpenStreams {
  /** Aborts when the server shuts down. */
  readonly serverEnds: AbortSignal;
  /** Makes the shutdown wait for the end of the response. */
  readonly add: (response: ServerResponse) => void;
}

/** Tracks open streams. At shutdown, each stream ends after its last event before the remaining connections are cut. */
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

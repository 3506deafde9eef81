import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";

/** What a reader may take to hear the end of its stream before its connection is cut. */
const FAREWELL_MS = 3_000;

export interface OpenStreams {
  /** Aborts when the server goes away. */
  readonly serverEnds: AbortSignal;
  /** Has the server wait for the end of this one. */
  readonly add: (response: ServerResponse) => void;
}

/** Streams that end with the server, each behind what it has told, before the connections that are left are cut. */
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

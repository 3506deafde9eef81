import { median } from "../report/statistics.ts";
import { ownProcessorTimeMs } from "../support/processor-time.ts";
import { STUB } from "../support/stub-agent.ts";
import { stubPrompt } from "../support/stub-prompt.ts";
import type { Side } from "./side.ts";

/** A measurement of one side, which returns milliseconds for each of its names. */
export interface Probe {
  readonly names: readonly string[];
  readonly rounds: number;
  readonly measure: (side: Side) => Promise<readonly number[]>;
}

const REQUESTS = 20;
const REQUEST_ROUNDS = 40;
const TURN_ROUNDS = 20;

export const probes: readonly Probe[] = [
  requests("list sessions", ({ http }) => http.get("/v1/sessions")),
  requests("search sessions", ({ http }) => http.get("/v1/sessions?search=draft")),
  requests("retrieve a session", ({ http, sessionId }) => http.get(`/v1/sessions/${sessionId}`)),
  requests("page of events", ({ http, sessionId }) => http.get(`/v1/sessions/${sessionId}/events`)),
  requests("create a draft", ({ client, repository }) =>
    client.session.create({
      prompt: "A draft.",
      agent: STUB,
      queueRightAway: false,
      repositories: [repository],
    }),
  ),
  {
    names: ["turn of a stub with a pull request", "processor time of the server for one turn"],
    rounds: TURN_ROUNDS,
    measure: measureTurns,
  },
];

function requests(name: string, request: (side: Side) => Promise<unknown>): Probe {
  return {
    names: [name],
    rounds: REQUEST_ROUNDS,
    measure: async (side) => {
      const sample: number[] = [];
      for (let count = 0; count < REQUESTS; count += 1) {
        const startedAt = performance.now();
        await request(side);
        sample.push(performance.now() - startedAt);
      }
      return [median(sample)];
    },
  };
}

async function measureTurns({ client, pid, repository }: Side): Promise<readonly number[]> {
  const cpuBefore = ownProcessorTimeMs(pid);
  const startedAt = performance.now();
  const { id } = await client.session.create({
    prompt: stubPrompt(0),
    agent: STUB,
    repositories: [repository],
  });
  for await (const event of client.session.events(id, { after: 0 })) {
    if (event.eventType === "turn.completed") {
      const ms = performance.now() - startedAt;
      return [ms, ownProcessorTimeMs(pid) - cpuBefore];
    }
    if (/^turn\.(failed|cancelled)$/.test(event.eventType)) throw new Error(JSON.stringify(event));
  }
  throw new Error(`The events of session ${id} ended early.`);
}

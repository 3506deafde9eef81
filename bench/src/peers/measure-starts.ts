import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionEvent } from "@tembo/contract";
import { API_KEY, startTemboProcess, temporaryDataDir } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import type { Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { describePhases } from "../session/phases.ts";
import { benchLimits } from "../support/bench-limits.ts";
import { startBenchWorld } from "../support/bench-world.ts";
import { promptStub } from "../support/prompt-stub.ts";
import { startReadyProcess } from "../support/ready-process.ts";
import { makeStubAgent, STUB } from "../support/stub-agent.ts";
import { stubPrompt } from "../support/stub-prompt.ts";
import { prepareSandboxAgent } from "./prepare-sandbox-agent.ts";

const RUNS = 10;
const BARE_SERVER =
  "const server = require('node:http').createServer().listen(0, '127.0.0.1', () => console.log('ready', server.address().port));";
const PHASES = [
  "created -> claimed",
  "claimed -> harness start (workspace, sandbox)",
  "harness start -> first event",
];

/**
 * Measures the start of Tembo and of sandbox-agent, and a session of each without a repository, up to the first update of the
 * same stub agent. The floors are a bare Node server and the agent alone. All of them alternate.
 */
export async function measureStarts(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const stub = cleanup.use(await makeStubAgent());
  const peer = cleanup.use(await prepareSandboxAgent(stub.path));
  const dataDir = await temporaryDataDir();
  cleanup.defer(() => dataDir.remove());
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-stub-"));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const world = await startBenchWorld({ prepare: stub.prepare });
  cleanup.defer(() => world.close());
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });

  const [starts, bareStarts, peerStarts]: number[][] = [[], [], []];
  const [firsts, bareFirsts, peerFirsts]: number[][] = [[], [], []];
  const phases: number[][] = [];
  for (let run = -1; run < RUNS; run += 1) {
    const start = await timeStart(dataDir.path);
    const bareStart = await timeBareServer();
    const session = await timeSession(client);
    const bareFirst = await timeBareStub(stub.path, folder);
    const { readyMs, firstMs } = await peer.run();
    if (run < 0) continue; // The first run creates the data folder, and warms up the page cache and the compiled code.
    starts!.push(start);
    bareStarts!.push(bareStart);
    peerStarts!.push(readyMs / 1000);
    firsts!.push(session.firstMs);
    phases.push(session.phases);
    bareFirsts!.push(bareFirst);
    peerFirsts!.push(firstMs);
    print(
      `start ${run + 1} of ${RUNS}: ${start.toFixed(2)} s, ${peer.name} ${(readyMs / 1000).toFixed(2)} s; session ${session.firstMs.toFixed(0)} ms, ${peer.name} ${firstMs.toFixed(0)} ms`,
    );
  }
  return {
    figures: [
      {
        name: "second start of the server to ready (floor: bare Node server)",
        unit: "s",
        product: median(starts!),
        floor: median(bareStarts!),
        peer: { name: peer.name, value: median(peerStarts!) },
        goal: { bound: "at most", plus: 2 },
        runs: RUNS,
      },
      {
        name: "stub agent: created -> first event (floor: spawned bare -> first update)",
        unit: "ms",
        product: median(firsts!),
        floor: median(bareFirsts!),
        peer: { name: peer.name, value: median(peerFirsts!) },
        goal: { bound: "at most", factor: 1.05, plus: 100 },
        runs: RUNS,
      },
    ],
    notes: [
      `${peer.name} creates no sandbox, and stores no session on disk.`,
      "breakdown of the time to the stub's first event (medians):",
      ...describePhases(phases, PHASES),
    ],
    measurements: {
      "start.product": starts!,
      "start.bareServer": bareStarts!,
      "start.peer": peerStarts!,
      "first.product": firsts!,
      "first.bare": bareFirsts!,
      "first.peer": peerFirsts!,
    },
  };
}

async function timeStart(dataDir: string): Promise<number> {
  const startedAt = performance.now();
  const tembo = await startTemboProcess({ dataDir, apiKey: API_KEY, env: benchLimits });
  const seconds = (performance.now() - startedAt) / 1000;
  await tembo.stop();
  return seconds;
}

async function timeBareServer(): Promise<number> {
  const startedAt = performance.now();
  const server = await startReadyProcess(["-e", BARE_SERVER], {}, /^ready (\d+)$/);
  const seconds = (performance.now() - startedAt) / 1000;
  await server.stop();
  return seconds;
}

/** Follows a session to its end. Returns the milliseconds from its request to the arrival of the agent's first text. */
async function timeSession(client: Tembo) {
  const startedAt = performance.now();
  const { id } = await client.session.create({ prompt: stubPrompt(0), agent: STUB });
  const events: SessionEvent[] = [];
  let firstMs: number | null = null;
  for await (const event of client.session.events(id, { after: 0 })) {
    events.push(event);
    if (event.eventType === "text") firstMs ??= performance.now() - startedAt;
    if (event.eventType === "turn.failed") throw new Error(`The turn failed: ${JSON.stringify(event)}`);
    if (event.eventType === "turn.completed") break;
  }
  if (firstMs === null) throw new Error("The session has no text of the stub.");
  const at = (isIt: (event: SessionEvent) => boolean) => Date.parse(events.find(isIt)!.createdAt);
  const moments = [
    at(() => true),
    at(({ eventType }) => eventType === "turn.started"),
    at(({ eventData }) => eventData.type === "turn.step" && eventData.step === "work"),
    at(({ eventType }) => eventType === "text"),
  ];
  return { firstMs, phases: PHASES.map((_name, index) => moments[index + 1]! - moments[index]!) };
}

async function timeBareStub(path: string, cwd: string): Promise<number> {
  const startedAt = performance.now();
  let firstMs: number | null = null;
  await promptStub(path, cwd, stubPrompt(0), () => {
    firstMs ??= performance.now() - startedAt;
  });
  if (firstMs === null) throw new Error("The stub sent no update.");
  return firstMs;
}

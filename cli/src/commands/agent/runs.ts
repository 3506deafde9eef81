import { setTimeout as pause } from "node:timers/promises";
import type { AgentRun, Tembo } from "@tembo-io/sdk";
import type { Command } from "commander";
import { answerPart, answerSentence, suggest } from "../../answer.ts";
import { type Cli, interruptedStatus, type Outcome, type Registry, withInterrupt } from "../../cli.ts";
import { CommandError, UsageError } from "../../failure.ts";
import { duration } from "../../format.ts";
import { readSmallFile } from "../../input/read-small-file.ts";
import { addPaging, type Paging } from "../../paging.ts";
import { withReason } from "../../sentence.ts";
import { shellWord } from "../../shell-word.ts";
import { watchSession } from "../session/watch/watch-session.ts";
import { getAgentId, which } from "./get-agent-id.ts";

/** Poll interval in milliseconds and maximum number of polls for a run's session. A queued run has no session yet. */
const askEveryMs = 500;
const maxAsks = 240;

export function addRunCommands(agent: Command, runs: Registry["runs"]): void {
  agent
    .command("run")
    .description("start an agent now")
    .argument("<agent>", which)
    .option("--payload <json>", "JSON object, @FILE to read it from a file, or - for standard input")
    .option("--watch", "follow the session that the run starts; exits with 1 if the session fails")
    .action(runs(run));
  const listed = agent
    .command("runs")
    .description("list an agent's runs, newest first")
    .argument("<agent>", which);
  addPaging(listed).action(runs(list));
}

const outcomes: Readonly<Record<string, string>> = {
  skipped: "was skipped",
  failed: "failed",
  cancelled: "was cancelled",
};

async function run(
  cli: Cli,
  named: string,
  { payload, watch }: { readonly payload?: string; readonly watch?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const body = payload === undefined ? {} : await readPayload(cli, payload);
  const agentId = await getAgentId(client, named);
  const queued = await client.agents.runs.create(agentId, body);
  if (!watch) {
    answerSentence(cli, queued, `Queued run ${queued.jobId}.`);
    suggest(cli, `tembo agent runs ${shellWord(named)}`);
    return 0;
  }
  const { result: begun } = await withInterrupt(cli, (signal) =>
    waitForSession(client, { agentId, runId: queued.jobId, signal }),
  );
  if (begun === null) {
    cli.terminal.note("The run continues in the background.");
    cli.terminal.hint(`tembo agent runs ${shellWord(named)}`);
    return interruptedStatus;
  }
  if (begun.sessionId !== null) return watchSession(cli, begun.sessionId, {});
  throw new CommandError(
    withReason(
      `The run ${outcomes[begun.status] ?? `is ${begun.status}`}`,
      begun.errorMessage ?? (begun.status in outcomes ? "it started no session" : "it has not started yet"),
    ),
    `tembo agent runs ${shellWord(named)}`,
  );
}

/**
 * Resolves with the run when it has a session, when it has ended without a session or after the last poll. Resolves
 * with null if the signal aborts.
 */
async function waitForSession(
  client: Tembo,
  { agentId, runId, signal }: { agentId: string; runId: string; signal: AbortSignal },
): Promise<AgentRun | null> {
  for (let asked = 1; ; asked++) {
    const found = await client.agents.runs.retrieve(agentId, runId);
    if (found.sessionId !== null || asked === maxAsks) return found;
    if (!["queued", "running"].includes(found.status)) return found;
    try {
      await pause(askEveryMs, undefined, { signal });
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }
}

const maxPayloadBytes = 1024 ** 2;

async function readPayload({ terminal }: Cli, given: string): Promise<Record<string, unknown>> {
  const text = given === "-" ? await terminal.readInput(maxPayloadBytes) : await readPayloadText(given);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(withReason("The payload is not valid JSON", cause), payloadHint, {
      cause,
    });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new UsageError("The payload is not a JSON object.", payloadHint);
}

const payloadHint = `specify a JSON object, as in --payload '{"name": "value"}'.`;

async function readPayloadText(given: string): Promise<string> {
  if (!given.startsWith("@")) return given;
  return readSmallFile(given.slice(1), { what: "the payload", maxBytes: maxPayloadBytes });
}

async function list(cli: Cli, named: string, paging: Paging): Promise<Outcome> {
  const client = cli.client();
  const agentId = await getAgentId(client, named);
  return answerPart(
    cli,
    (cursor, limit) => client.agents.runs.list(agentId, { cursor, limit }),
    {
      ID: ({ id }) => id,
      STATUS: ({ status }) => status,
      CREATED: ({ createdAt }) => createdAt,
      DURATION: ({ durationMs }) => ({
        text: duration(durationMs),
        raw: String(Math.round(durationMs / 1_000)),
      }),
      SESSION: ({ sessionId }) => sessionId ?? "-",
      ERROR: ({ errorMessage }) => errorMessage ?? "-",
    },
    paging,
  );
}

import type { SessionEvent, WireRecord } from "@tembo-io/sdk";
import { safeJson } from "../../../clean.ts";
import { type Cli, interruptedStatus, type Outcome, withInterrupt } from "../../../cli.ts";
import { counted } from "../../../format.ts";
import { loadNames } from "../../../names.ts";
import { requireLinux } from "../../../platform/require-linux.ts";
import { createEventPrinter } from "../../../render/event-printer.ts";
import { differencesOf } from "../../../replay/differences.ts";
import { type Recording, recordingsOf } from "../../../replay/recordings.ts";
import { withReason } from "../../../sentence.ts";
import { styled } from "../../../terminal.ts";
import { loadReplay } from "../../server/local-server.ts";

interface ReplayOptions {
  readonly turn?: number;
  readonly diff?: boolean;
  readonly raw?: boolean;
}

/**
 * Replays a session's recordings. With `diff`, returns exit status 1 if the replayed events differ from the recorded
 * ones. Returns 130 after Ctrl-C.
 */
export async function replaySession(cli: Cli, sessionId: string, options: ReplayOptions): Promise<Outcome> {
  const { result } = await withInterrupt(cli, async (signal) => {
    const records = cli.client().session.wire(sessionId, { turn: options.turn }, { signal });
    try {
      if (options.raw) return await printRaw(cli, records);
      return await (options.diff ? compare(cli, sessionId, records, signal) : print(cli, records));
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  });
  return result ?? interruptedStatus;
}

async function printRaw(cli: Cli, records: AsyncIterable<WireRecord>): Promise<Outcome> {
  for await (const record of records) cli.terminal.line(safeJson(record));
  return 0;
}

async function print(cli: Cli, records: AsyncIterable<WireRecord>): Promise<Outcome> {
  const loading = loadNames(cli, { hasProviders: false });
  let isAny = false;
  for await (const recording of recordingsOf(records)) {
    const names = await loading;
    isAny = true;
    const { turnNumber, attempt, harness, model } = recording.begin;
    if (!cli.isJson) {
      cli.terminal.line(
        styled("bold", `turn ${turnNumber}, attempt ${attempt}`),
        ` ${names.agent({ harness, model, provider: null })}`,
      );
    }
    const printer = createEventPrinter(cli.terminal, names);
    for await (const update of replay(cli, recording)) {
      if (cli.isJson) cli.terminal.line(safeJson({ turn: turnNumber, attempt, ...update }));
      else printer.print({ eventData: update } as SessionEvent);
    }
    printer.end();
  }
  if (!isAny && !cli.isJson) cli.terminal.note("No recording was found. Recordings are kept for 14 days.");
  return 0;
}

/** Replays a recording. If the recorded harness failed, reports the harness's error without failing the command. */
async function* replay(cli: Cli, { records }: Recording): AsyncGenerator<{ readonly type: string }> {
  requireLinux(cli.machine, "The replay of a recording");
  const { replayRecording } = await loadReplay();
  const dropped = records.reduce((sum, record) => sum + (record.type === "dropped" ? record.lines : 0), 0);
  if (dropped > 0) {
    cli.terminal.note(`The recording lacks ${dropped} lines. After this gap, the replay may be incomplete.`);
  }
  try {
    yield* replayRecording(records);
  } catch (error) {
    if (!(error instanceof Error) || (error as { code?: unknown }).code === undefined) throw error;
    cli.terminal.note(withReason("The replay stopped", error));
  }
}

async function compare(
  cli: Cli,
  sessionId: string,
  records: AsyncIterable<WireRecord>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { collapseUpdates } = await loadReplay();
  const turns = new Map<string, { readonly number: number; readonly updates: { readonly type: string }[] }>();
  for await (const recording of recordingsOf(records)) {
    const { messageId, turnNumber } = recording.begin;
    const turn = turns.get(messageId) ?? { number: turnNumber, updates: [] };
    turns.set(messageId, turn);
    for await (const update of replay(cli, recording)) turn.updates.push(update);
  }
  let count = 0;
  for (const [messageId, { number, updates }] of turns) {
    const events = await eventsOf(cli, sessionId, messageId, signal);
    const differences = differencesOf(collapseUpdates(events), collapseUpdates(updates));
    count += differences.length;
    if (cli.isJson) {
      for (const one of differences) cli.terminal.line(safeJson({ turn: number, ...one }));
      continue;
    }
    const verdict = differences.length === 0 ? "no differences" : counted(differences.length, "difference");
    cli.terminal.line(styled("bold", `turn ${number}`), ` ${verdict}`);
    for (const { side, update } of differences) {
      const mark = side === "recorded" ? styled("red", "- ") : styled("green", "+ ");
      cli.terminal.line(mark, safeJson(update).slice(0, 500));
    }
  }
  return count === 0 ? 0 : 1;
}

async function eventsOf(
  cli: Cli,
  sessionId: string,
  messageId: string,
  signal: AbortSignal,
): Promise<{ readonly type: string }[]> {
  const events: { readonly type: string }[] = [];
  let cursor: string | undefined;
  do {
    const query = { messageId, cursor, limit: 100 };
    const page = await cli.client().session.listEvents(sessionId, query, { signal });
    events.push(...page.items.map(({ eventData }) => eventData));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return events;
}

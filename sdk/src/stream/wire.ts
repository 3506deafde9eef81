import { APIConnectionError, APIUserAbortError, TemboError } from "../errors.ts";
import type { WireQuery } from "../queries.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { WireRecord } from "../types.ts";
import { chunksOf } from "./chunks.ts";

export interface WireOptions {
  /** Ends the iteration with its reason. */
  signal?: AbortSignal | undefined;
}

/** What one line may hold before the answer is taken for broken, in characters. */
const maxLineLength = 16 * 1024 * 1024;

/** The records of newline-delimited JSON, read as fast as they are taken. Throws when the answer breaks off. */
export async function* readWire(
  transport: Transport,
  sessionId: string,
  query: WireQuery,
  { signal }: WireOptions,
): AsyncGenerator<WireRecord, void, undefined> {
  const ender = new AbortController();
  const end = () => ender.abort(signal?.reason);
  signal?.addEventListener("abort", end);
  if (signal?.aborted) end();
  try {
    const path = pathOf`/v1/sessions/${sessionId}/wire`;
    const headers = { accept: "application/x-ndjson" };
    const response = await transport.open({ method: "GET", path, query, headers }, ender.signal);
    if (response.body === null) return;
    for await (const line of linesOf(chunksOf(response.body))) yield parse(line);
  } catch (cause) {
    if (signal?.aborted) throw new APIUserAbortError(signal.reason);
    if (cause instanceof TemboError) throw cause;
    throw new APIConnectionError("The recording broke off.", cause);
  } finally {
    signal?.removeEventListener("abort", end);
    ender.abort();
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (rest.length > maxLineLength) throw new TemboError("A line of the recording is too long to be one.");
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") throw new TemboError("The recording broke off in the middle of a line.");
}

function parse(line: string): WireRecord {
  try {
    return JSON.parse(line) as WireRecord;
  } catch (cause) {
    throw new TemboError("A line of the recording is no JSON.", { cause });
  }
}

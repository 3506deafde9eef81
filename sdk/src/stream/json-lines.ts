import { APIConnectionError, APIUserAbortError, TemboError } from "../errors.ts";
import type { Transport } from "../transport.ts";
import { chunksOf } from "./chunks.ts";

export interface JsonLinesOptions {
  /** Aborts the iteration, which then throws an `APIUserAbortError`. */
  signal?: AbortSignal | undefined;
}

/** Maximum length of a line in characters. A longer line means that the response is malformed. */
const maxLineLength = 16 * 1024 * 1024;

/**
 * Reads newline-delimited JSON, no faster than it is consumed. Throws `TemboError` if the response ends in the middle
 * of a line or a line is invalid or too long. Throws `APIConnectionError` if the connection is lost. `noun` names the
 * response in these errors.
 */
export async function* readJsonLines<T>(
  transport: Transport,
  request: { readonly path: string; readonly query: object; readonly noun: string },
  { signal }: JsonLinesOptions,
): AsyncGenerator<T, void, undefined> {
  const { path, query, noun } = request;
  const ender = new AbortController();
  const end = () => ender.abort(signal?.reason);
  signal?.addEventListener("abort", end);
  if (signal?.aborted) end();
  try {
    const headers = { accept: "application/x-ndjson" };
    const response = await transport.open(
      { method: "GET", path, query: { ...query }, headers },
      ender.signal,
    );
    if (response.body === null) return;
    for await (const line of linesOf(chunksOf(response.body), noun)) yield parse<T>(line, noun);
  } catch (cause) {
    if (signal?.aborted) throw new APIUserAbortError(signal.reason);
    if (cause instanceof TemboError) throw cause;
    throw new APIConnectionError(`The connection was lost while reading the ${noun}.`, cause);
  } finally {
    signal?.removeEventListener("abort", end);
    ender.abort();
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>, noun: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (rest.length > maxLineLength)
      throw new TemboError(`A line in the ${noun} is longer than ${maxLineLength} characters.`);
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") throw new TemboError(`The ${noun} ended in the middle of a line.`);
}

function parse<T>(line: string, noun: string): T {
  try {
    return JSON.parse(line) as T;
  } catch (cause) {
    throw new TemboError(`A line in the ${noun} is not JSON.`, { cause });
  }
}

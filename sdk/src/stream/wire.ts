import type { WireQuery } from "../queries.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { WireRecord } from "../types.ts";
import { type JsonLinesOptions, readJsonLines } from "./json-lines.ts";

export type WireOptions = JsonLinesOptions;

/** Reads the records of a protocol log. Throws the errors of `readJsonLines`. */
export const readWire = (
  transport: Transport,
  sessionId: string,
  query: WireQuery,
  options: WireOptions,
): AsyncGenerator<WireRecord, void, undefined> =>
  readJsonLines<WireRecord>(
    transport,
    { path: pathOf`/v1/sessions/${sessionId}/wire`, query, noun: "protocol log" },
    options,
  );

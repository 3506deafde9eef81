import type { WireRecord } from "@tembo-io/sdk";

export interface Recording {
  readonly begin: Extract<WireRecord, { type: "begin" }>;
  /** With the begin. */
  readonly records: readonly WireRecord[];
}

/** Puts records together that are of one recording; what has no begin is left out. */
export async function* recordingsOf(records: AsyncIterable<WireRecord>): AsyncGenerator<Recording> {
  let begin: Recording["begin"] | null = null;
  let held: WireRecord[] = [];
  for await (const record of records) {
    if (record.type === "begin") {
      if (begin !== null) yield { begin, records: held };
      begin = record;
      held = [];
    }
    held.push(record);
  }
  if (begin !== null) yield { begin, records: held };
}

import type { WireRecord } from "@tembo-io/sdk";

export interface Recording {
  readonly begin: Extract<WireRecord, { type: "begin" }>;
  /** All records, including the `begin` record. */
  readonly records: readonly WireRecord[];
}

/** Groups the records by recording. Each recording starts with a `begin` record. */
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

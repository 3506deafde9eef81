import { Rejected } from "./rejected.ts";

/** Records of an extended header, in order. Names and values are bytes in latin1 strings. */
export type PaxRecords = readonly (readonly [name: string, value: string])[];

/** Parses the records `LENGTH NAME=VALUE\n` of a PAX header (pax(1)). Throws `Rejected` if they are malformed. */
export function parsePax(data: Buffer): PaxRecords {
  const records: [string, string][] = [];
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(32, at);
    const length = space === -1 ? "" : data.toString("latin1", at, space);
    const end = at + Number(length);
    const equals = data.indexOf(61, space);
    if (
      !/^\d{1,10}$/.test(length) ||
      end > data.length ||
      equals === -1 ||
      equals >= end ||
      data[end - 1] !== 10
    )
      throw new Rejected("it is damaged: an extended header is malformed.");
    records.push([data.toString("latin1", space + 1, equals), data.toString("latin1", equals + 1, end - 1)]);
    at = end;
  }
  return records;
}

/** Formats records in the form that `parsePax` reads. */
export function formatPax(records: PaxRecords): Buffer {
  return Buffer.from(records.map(([name, value]) => formatRecord(`${name}=${value}`)).join(""), "latin1");
}

/** The length at the start of a record includes its own digits. */
function formatRecord(text: string): string {
  const rest = text.length + 2;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length += 1;
  return `${length} ${text}\n`;
}

import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { createCounter, type Written } from "./archive.ts";

/** Writes the rows that a COPY statement returns to a new compressed file. Returns their number, and the file's checksum. */
export async function copyRowsOut(
  client: pg.ClientBase,
  statement: string,
  file: string,
): Promise<{ readonly rows: number; readonly written: Written }> {
  const rows = client.query(copyTo(statement));
  const counter = createCounter();
  await pipeline(
    rows,
    createZstdCompress(),
    counter.stream,
    createWriteStream(file, { mode: 0o600, flags: "wx" }),
  );
  await receiveEnd(client);
  return { rows: rows.rowCount, written: counter.result() };
}

/** Sends a file from `copyRowsOut` to a COPY statement. Returns the number of rows. */
export async function copyRowsIn(client: pg.ClientBase, statement: string, file: string): Promise<number> {
  const rows = client.query(copyFrom(statement));
  await pipeline(createReadStream(file), createZstdDecompress(), rows);
  await receiveEnd(client);
  return rows.rowCount;
}

/** Waits for the message with the number of rows, which can arrive after the last row. */
const receiveEnd = (client: pg.ClientBase) => client.query("select 1");

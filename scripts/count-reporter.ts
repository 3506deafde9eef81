import { resolve } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { addCounts, type Counts, noCounts } from "./counts.ts";

/**
 * Reporter for node:test that yields one JSON object of `Counts` at the end of the run. It does not count suites or the
 * passed test that node reports for a file without tests.
 */
export default async function* countReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let counts = noCounts;
  for await (const event of events) {
    if (event.type === "test:pass" || event.type === "test:fail") counts = addCounts(counts, countOf(event));
  }
  yield `${JSON.stringify(counts)}\n`;
}

function countOf({ type, data }: Extract<TestEvent, { type: "test:pass" | "test:fail" }>): Counts {
  if (data.details.type === "suite") return noCounts;
  if (data.skip !== undefined && data.skip !== false) return { ...noCounts, skipped: 1 };
  if (data.todo !== undefined && data.todo !== false) return { ...noCounts, todo: 1 };
  if (type === "test:fail") return { ...noCounts, failed: 1 };
  const isWholeFile = data.file !== undefined && resolve(data.name) === data.file;
  return isWholeFile ? noCounts : { ...noCounts, passed: 1 };
}

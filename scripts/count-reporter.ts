import { resolve } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { addCounts, type Counts, noCounts } from "./counts.ts";
import { isUnfinishedBatch, runFilesModule } from "./test/batches.ts";

/**
 * Reporter for node:test that yields one JSON object of `Counts` at the end of the run. It does not count suites, the
 * passed test that node reports for a file without tests, or the test that contains the tests of a file in a batch.
 */
export default async function* countReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let counts = noCounts;
  for await (const event of events) {
    if (event.type === "test:pass" || event.type === "test:fail") counts = addCounts(counts, countOf(event));
  }
  yield `${JSON.stringify(counts)}\n`;
}

type Result = Extract<TestEvent, { type: "test:pass" | "test:fail" }>;

function countOf({ type, data }: Result): Counts {
  if (data.details.type === "suite") return noCounts;
  if (data.skip !== undefined && data.skip !== false) return { ...noCounts, skipped: 1 };
  if (data.todo !== undefined && data.todo !== false) return { ...noCounts, todo: 1 };
  if (type === "test:fail") return isCountedElsewhere(data) ? noCounts : { ...noCounts, failed: 1 };
  const isWholeFile = data.file !== undefined && [resolve(data.name), runFilesModule].includes(data.file);
  return isWholeFile ? noCounts : { ...noCounts, passed: 1 };
}

/** Returns true if the failing tests of the file are counted, or if the runner counts the file that was running. */
function isCountedElsewhere({
  name,
  file,
  details: { error },
}: Extract<Result, { type: "test:fail" }>["data"]): boolean {
  const isOfSubtests = "failureType" in error && error.failureType === "subtestsFailed";
  return (file === runFilesModule && isOfSubtests) || isUnfinishedBatch(name);
}

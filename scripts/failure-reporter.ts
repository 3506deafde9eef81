import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import { runFilesModule } from "./test/batches.ts";

const maxCharacters = 3_000;

/** Reporter for node:test that prints only failed tests, each with the beginning of its error. */
export default async function* failureReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== "test:fail" || (data.todo !== undefined && data.todo !== false)) continue;
    const { error } = data.details;
    // Omits the error of a parent test, which only repeats that its subtests failed.
    if ("failureType" in error && error.failureType === "subtestsFailed") continue;
    // The name of a test that contains the tests of a file is the path of this file.
    const file = data.file === runFilesModule ? undefined : data.file;
    const where = file === undefined ? "" : ` (${relative(process.cwd(), file)})`;
    const why = inspect(error.cause ?? error, { colors: false }).slice(0, maxCharacters);
    yield `FAILED ${data.name}${where}\n${why.replaceAll(/^/gm, "    ")}\n`;
  }
}

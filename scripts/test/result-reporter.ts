import { relative, resolve } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import { runFilesModule } from "./batches.ts";
import type { ReportLine, TestResult } from "./results.ts";

const maxCharacters = 3_000;

/** Fields that the types of node lack. */
interface UntypedFields {
  /** Absolute path of the file that node runs in a process. Absent in the events of the process itself. */
  readonly entryFile?: string;
  /** Names of the tests and suites that contain the test. */
  readonly classname?: string;
}
type Result = Extract<TestEvent, { type: "test:pass" | "test:fail" }>["data"] & UntypedFields;
type Completion = Extract<TestEvent, { type: "test:complete" }>["data"] & UntypedFields;

/** Properties of the errors of node. */
interface NodeError {
  readonly failureType?: string;
  /** Exit code of a process, or null if a signal ended it. */
  readonly exitCode?: number | null;
  readonly cause?: unknown;
}

/**
 * Reporter for node:test that yields each result as a line of JSON, and another line at the end of the run. It omits
 * failures that only repeat those of other tests.
 */
export default async function* resultReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const entries = new Entries();
  for await (const { type, data } of events) {
    if (type === "test:start" && data.file === runFilesModule) entries.startFile(data);
    else if (type === "test:diagnostic" && data.message.includes("generated asynchronous activity after"))
      yield print({ note: data.message });
    // A process that fails after one of its tests did has no other event.
    else if (type === "test:complete" && isProcess(data)) {
      if (hasFailed(data)) yield print({ result: entries.failProcess(data) });
    } else if ((type === "test:pass" || type === "test:fail") && !isProcess(data)) {
      const result = entries.read(type, data);
      if (result !== null) yield print({ result });
    }
  }
  yield print({ end: true });
}

function print(line: ReportLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** Remembers the earlier events of each entry. */
class Entries {
  /** Files that the batches are running now. */
  readonly #files = new Map<string, string>();
  readonly #hookErrors = new Map<string, string>();

  /** Notes that the results after this one belong to a file of a batch. Node reports the results of an entry in order. */
  startFile({ name, entryFile }: { readonly name: string } & UntypedFields): void {
    if (entryFile !== undefined) this.#files.set(entryFile, name);
  }

  failProcess(data: Completion): TestResult {
    const entry = data.file ?? "";
    const file = relative(process.cwd(), entry);
    const error = describe(data);
    return { outcome: "failed", kind: "process", name: file, parents: "", file, entry, error };
  }

  read(type: "test:pass" | "test:fail", data: Result): TestResult | null {
    const kind = kindOf(data);
    const entry = data.entryFile ?? data.file ?? "";
    const outcome = outcomeOf(type, data);
    if (outcome === "failed" && this.#isReportedElsewhere(kind, entry, data)) return null;
    const file = this.#files.get(entry) ?? relative(process.cwd(), entry);
    const name = kind === "file" ? file : data.name;
    const result = { outcome, kind, name, file, entry, parents: data.classname ?? "" } as const;
    return outcome === "failed" ? { ...result, error: describe(data) } : result;
  }

  /**
   * Returns true if the failure repeats those of the tests inside. If a `before` hook of a file in a batch fails, node
   * reports its error for each test and for the file.
   */
  #isReportedElsewhere(kind: TestResult["kind"], entry: string, data: Result): boolean {
    const { failureType, cause } = errorOf(data);
    if (failureType === "subtestsFailed") return true;
    const message = cause instanceof Error ? cause.message : String(cause);
    if (kind === "file") return this.#hookErrors.get(`${entry} ${data.testId}`) === message;
    if (failureType === "hookFailed") this.#hookErrors.set(`${entry} ${data.parentId}`, message);
    return false;
  }
}

/** Returns true if the event is that of a process, and not of a test in it. */
function isProcess({ name, file, entryFile }: Result | Completion): boolean {
  return entryFile === undefined && file !== undefined && resolve(name) === file;
}

/** Returns true if the process ended too early, and not only because its tests failed. */
function hasFailed(data: Completion): boolean {
  const { failureType, exitCode } = errorOf(data);
  return failureType !== undefined && !(failureType === "subtestsFailed" && exitCode === 1);
}

function kindOf({ name, file, details }: Result): TestResult["kind"] {
  if (file !== undefined && (file === runFilesModule || resolve(name) === file)) return "file";
  return details.type === "suite" ? "suite" : "test";
}

function outcomeOf(type: "test:pass" | "test:fail", { skip, todo }: Result): TestResult["outcome"] {
  if (skip !== undefined && skip !== false) return "skipped";
  if (todo !== undefined && todo !== false) return "todo";
  return type === "test:pass" ? "passed" : "failed";
}

function errorOf({ details }: Result | Completion): NodeError {
  return "error" in details && details.error !== undefined ? (details.error as NodeError) : {};
}

function describe(data: Result | Completion): string {
  const error = errorOf(data);
  return inspect(error.cause ?? error, { colors: false }).slice(0, maxCharacters);
}

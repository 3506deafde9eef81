import { watch } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type Logger, reason } from "../core/base/index.ts";
import { Semaphore } from "../runtime/semaphore.ts";

const maxFileBytes = 1_000_000;
const maxReadBytes = 64_000;
const maxLineLength = 1_000;

/**
 * Matches lines that report a problem. They begin with a level, or with the program's path ("/path/postgres: ...") before the log exists.
 */
const troubled = /^(PANIC|FATAL|ERROR|WARNING|\S*postgres): /;
/**
 * Matches log lines about clients that connect too early, and about lost leases, which the workers handle. These lines are not forwarded.
 */
const passing =
  /the database system is (starting up|shutting down|not yet accepting)|(role|database) "tembo" does not exist|Attempt \d+ no longer holds turn/;

export interface LogTail {
  /** Returns the last three lines that report a problem, for the error message if PostgreSQL does not start. */
  readonly lastTrouble: () => string;
  /** Reads and forwards all lines that are currently available. */
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Forwards PostgreSQL's log file to the server's log. The log is a file instead of a pipe, because PostgreSQL outlives
 * this process. Truncates the file when it is too large. Skips the beginning of a burst of more than 64 kB, and logs
 * the number of omitted bytes.
 */
export async function tailLog(path: string, log: Logger): Promise<LogTail> {
  const file = await open(path, "a+", 0o600);
  const trouble: string[] = [];
  let offset = (await file.stat()).size;
  const reading = new Semaphore(1);
  const pass = (line: string) => {
    if (passing.test(line)) return;
    const isTrouble = troubled.test(line);
    if (isTrouble && trouble.push(line) > 3) trouble.shift();
    if (isTrouble) log.warn({ postgres: line }, "PostgreSQL log");
    else log.info({ postgres: line }, "PostgreSQL log");
  };
  const drain = () =>
    reading.run(async () => {
      offset = await passNewLines(file, offset, pass);
    });
  const watcher = watch(path, { persistent: false }, () => {
    drain().catch((cause) => log.warn({ reason: reason(cause) }, "PostgreSQL's log cannot be read"));
  });
  watcher.on("error", (cause) => log.warn({ reason: reason(cause) }, "PostgreSQL's log cannot be watched"));
  return {
    lastTrouble: () => trouble.join(" "),
    drain,
    async close() {
      watcher.close();
      await drain();
      await file.close();
    },
  };
}

/** Forwards new complete lines. Returns the offset at which to continue reading. */
async function passNewLines(file: FileHandle, offset: number, pass: (line: string) => void): Promise<number> {
  const { size } = await file.stat();
  if (size < offset) offset = 0;
  if (size - offset > maxReadBytes) {
    pass(`WARNING:  ${size - offset - maxReadBytes} bytes of PostgreSQL's log are omitted`);
    offset = size - maxReadBytes;
  }
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
  const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
  for (const line of buffer.toString("utf8", 0, end).split("\n")) {
    if (line !== "") pass(line.slice(0, maxLineLength));
  }
  offset += end;
  if (offset < maxFileBytes) return offset;
  await file.truncate(0);
  return 0;
}

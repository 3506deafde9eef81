const maxLines = 500;
const maxLineLength = 300;

/**
 * Returns the last lines of PostgreSQL's log that report the state of the server. Omits errors of statements, with their
 * details, because they may contain stored values. Hides quoted text for the same reason. Pure.
 */
export function filterPostgresLog(log: string): string {
  const lines = log
    .split("\n")
    .filter((line) => /^(LOG|FATAL|PANIC|WARNING): /.test(line))
    .map((line) => line.replaceAll(/"[^"]*"?/g, '"..."').slice(0, maxLineLength));
  return lines
    .slice(-maxLines)
    .map((line) => `${line}\n`)
    .join("");
}

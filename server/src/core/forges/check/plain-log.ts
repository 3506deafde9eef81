/**
 * Removes the parts of a job's log that only terminals and log viewers use: escape sequences (ECMA-48 5.4, 8.3.89),
 * other control characters except tabs and line feeds, text that a carriage return overwrote, and timestamps at the
 * start of lines. Pure.
 */
export function plainLog(log: string): string {
  return log
    .replaceAll(ESCAPE, "")
    .split("\n")
    .map((line) => withoutTime(lastWritten(line)).replaceAll(CONTROL, "").trimEnd())
    .join("\n");
}

const ESCAPE =
  /\u001b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\u0007\u001b\n]{0,2000}(?:\u0007|\u001b\\)?|[PX^_][^\u001b\n]{0,2000}(?:\u001b\\)?|[ -/]{0,8}[0-~])|\u009b[0-?]{0,64}[ -/]{0,8}[@-~]/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const TIME =
  /^\ufeff?\[?\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?\]?(?: \d{2}[EO]\+?)?[ \t]?/;

function lastWritten(line: string): string {
  return line.replace(/\r+$/, "").split("\r").at(-1)!;
}

const withoutTime = (line: string) => line.replace(TIME, "");

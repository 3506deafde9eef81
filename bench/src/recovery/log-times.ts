/** Finds when a line of the log with this message was first written after a moment; throws when there is none. */
export function logTimes(log: string): (message: string, after: number) => number {
  const lines = log
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { readonly time: number; readonly msg: string });
  return (message, after) => {
    const line = lines.find(({ msg, time }) => msg === message && time >= after);
    if (line === undefined) throw new Error(`The log has no line "${message}".`);
    return line.time;
  };
}

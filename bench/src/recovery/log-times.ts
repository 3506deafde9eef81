/**
 * Returns a function that returns the time of the first log line with this message after a given time. The function
 * throws if no line matches.
 */
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

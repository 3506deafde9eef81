const codes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Output without its colours and cursor moves; of a line that was written over, what it came to. */
export function stripTerminalCodes(output: string): string {
  return output
    .replaceAll(codes, "")
    .replaceAll("\r\n", "\n")
    .replaceAll(/^.*\r(?=.)/gm, "");
}

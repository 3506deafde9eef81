const codes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Removes colors and cursor movements from output. Keeps only the final text of overwritten lines. */
export function stripTerminalCodes(output: string): string {
  return output
    .replaceAll(codes, "")
    .replaceAll("\r\n", "\n")
    .replaceAll(/^.*\r(?=.)/gm, "");
}

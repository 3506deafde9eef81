const codes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/**
 * Removes colors and cursor movements from output. In a line with carriage returns, keeps only the text after the last
 * one.
 */
export function stripTerminalCodes(output: string): string {
  return output
    .replaceAll(codes, "")
    .replaceAll("\r\n", "\n")
    .replaceAll(/^.*\r(?=.)/gm, "");
}

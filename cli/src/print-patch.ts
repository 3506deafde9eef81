import { styled, type Terminal } from "./terminal.ts";

/** Prints a patch in git's colors. In a pipe, prints the patch unchanged, for tools such as `git apply`. */
export function printPatch(terminal: Terminal, patch: string): void {
  if (!terminal.isInteractive) {
    terminal.raw(patch);
    return;
  }
  for (const line of patch.replace(/\n$/, "").split("\n")) {
    if (/^(diff |index |--- |\+\+\+ |new file|deleted file|rename |similarity )/.test(line))
      terminal.line(styled("bold", line));
    else if (line.startsWith("@@")) terminal.line(styled("cyan", line));
    else if (line.startsWith("+")) terminal.line(styled("green", line));
    else if (line.startsWith("-")) terminal.line(styled("red", line));
    else terminal.line(line);
  }
}

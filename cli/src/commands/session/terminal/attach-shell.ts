import { once } from "node:events";
import type { Terminal, TerminalSize } from "@tembo-io/sdk";
import type { InputStream, OutputStream } from "../../../terminal.ts";

/** The terminal of the user. */
interface Attachment {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly size: () => TerminalSize;
}

/** Ctrl-], which closes the terminal even if the shell does not react. */
const closeKey = "\x1d";

/**
 * Modes that a killed program may leave: mouse reports, bracketed paste, application keys, the alternate screen, a hidden
 * cursor and colors.
 */
const resetModes =
  "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1l\x1b>\x1b[?1047l\x1b[?25h\x1b[0m";

/**
 * Connects a shell to the user's terminal until the shell exits or the user presses Ctrl-]. Restores the terminal in
 * every case. Throws the error of a broken connection.
 */
export async function attachShell(
  shell: Terminal,
  { stdin, stdout, size }: Attachment,
): Promise<"exited" | "closed"> {
  let isClosed = false;
  const onInput = (text: string) => {
    const at = text.indexOf(closeKey);
    const typed = at < 0 ? text : text.slice(0, at);
    if (typed !== "") shell.write(typed);
    if (at < 0) return;
    isClosed = true;
    shell.close();
  };
  const onResize = () => shell.resize(size());
  stdin.setRawMode?.(true);
  stdin.setEncoding("utf8");
  stdin.on("data", onInput);
  stdout.on("resize", onResize);
  try {
    for await (const data of shell) if (!stdout.write(data)) await once(stdout, "drain");
    return isClosed ? "closed" : "exited";
  } finally {
    stdout.off("resize", onResize);
    stdin.off("data", onInput);
    stdin.setRawMode?.(false);
    stdin.pause();
    stdout.write(resetModes);
  }
}

import { FitAddon } from "@xterm/addon-fit";
import { Terminal as Screen } from "@xterm/xterm";
import { tembo } from "../../../api/client.ts";
import { text } from "../../../text/index.ts";
import { terminalTheme } from "./terminal-theme.ts";

/** Exit code of a shell, or null if the shell was killed or closed, for example because the sandbox stopped. */
export type ShellEnd = number | null;

interface ShellOptions {
  readonly sessionId: string;
  readonly element: HTMLElement;
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
}

/**
 * Connects a shell in the session's sandbox to an element until the shell exits or the signal aborts. Throws the errors
 * of `sessions.terminal` and of the connection.
 */
export async function runShell({ sessionId, element, signal, onOpen }: ShellOptions): Promise<ShellEnd> {
  const screen = new Screen({
    theme: terminalTheme(element),
    fontFamily: getComputedStyle(element).getPropertyValue("--mantine-font-family-monospace"),
    fontSize: 13,
    screenReaderMode: true,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    minimumContrastRatio: 4.5,
  });
  const fit = new FitAddon();
  screen.loadAddon(fit);
  screen.open(element);
  screen.textarea?.setAttribute("aria-label", text.panel.terminal.label);
  fit.fit();
  const onScheme = new MutationObserver(() => {
    screen.options.theme = terminalTheme(element);
  });
  onScheme.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] });
  const onSize = new ResizeObserver(() => fit.fit());
  onSize.observe(element);
  try {
    const { rows, cols } = screen;
    const shell = await tembo.sessions.terminal(sessionId, { rows, columns: cols, signal });
    screen.onData((data) => shell.write(data));
    screen.onResize((size) => shell.resize({ rows: size.rows, columns: size.cols }));
    if (screen.rows !== rows || screen.cols !== cols)
      shell.resize({ rows: screen.rows, columns: screen.cols });
    onOpen();
    screen.focus();
    // Requests more output only after the terminal has written the previous output.
    for await (const data of shell) await new Promise<void>((resolve) => screen.write(data, resolve));
    return shell.exitCode;
  } finally {
    onSize.disconnect();
    onScheme.disconnect();
    screen.dispose();
  }
}

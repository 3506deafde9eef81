import { textWidth } from "./text-width.ts";

/** A line that remains below all other output. */
export interface StatusLine {
  /** Prints `text` above the line. `text` may end in the middle of a line. */
  print(text: string): void;
  /** Removes the line from the terminal. */
  end(): void;
}

interface Screen {
  write(text: string): unknown;
  columns(): number;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Calls `callback` repeatedly until the returned function is called. */
  every(ms: number, callback: () => void): () => void;
}

/** Minimum interval in milliseconds between redraws while output is printed. */
const leastMs = 50;
const tickMs = 120;

// Control functions of ECMA-48, and the sequences DECSC and DECRC. Every current terminal supports them.
const eraseBelow = "\x1b[J";
/** Control sequence that ensures that there is a line below the cursor. The cursor does not move. */
const roomBelow = "\x1bD\x1b[A";
const save = "\x1b7";
const restore = "\x1b8";

/**
 * Draws `render(columns)` below the cursor and redraws it at intervals until `end` is called. The rendered text must be
 * narrower than the terminal. The cursor remains at the end of the running text.
 */
export function createStatusLine(screen: Screen, render: (columns: number) => string): StatusLine {
  let isShown = false;
  let lastDrawnAt = Number.NEGATIVE_INFINITY;
  let column = 0;
  const hide = () => {
    const text = isShown ? eraseBelow : "";
    isShown = false;
    return text;
  };
  const draw = () => {
    isShown = true;
    lastDrawnAt = screen.now();
    // Terminals differ in how they save a cursor position after the last column, so the cursor moves to the next line
    // before that.
    const wrapped = column > 0 && column % screen.columns() === 0 ? " \r" : "";
    if (wrapped !== "") column = 0;
    return `${wrapped}${roomBelow}${save}\x1b[B\r${eraseBelow}${render(screen.columns())}${restore}`;
  };
  const forget = screen.every(tickMs, () => screen.write(hide() + draw()));
  screen.write(draw());
  return {
    print(text) {
      const hidden = hide();
      column = columnAfter(column, text);
      screen.write(hidden + text + (screen.now() - lastDrawnAt >= leastMs ? draw() : ""));
    },
    end() {
      forget();
      screen.write(hide());
    },
  };
}

/** Returns the cursor column after `text`, without the terminal's automatic line breaks. */
function columnAfter(column: number, text: string): number {
  const shown = text.replaceAll(/\x1b\[[0-9;]*m/g, "");
  const lineStart = shown.lastIndexOf("\n") + 1;
  const width = textWidth(shown.slice(lineStart).replaceAll("\t", "        "));
  return lineStart > 0 ? width : column + width;
}

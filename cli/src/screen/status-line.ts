import { textWidth } from "./text-width.ts";

/** A line that stays below everything else that is printed. */
export interface StatusLine {
  /** Prints `text`, which may end in the middle of a line, above it. */
  print(text: string): void;
  /** Takes it off the terminal. */
  end(): void;
}

interface Screen {
  write(text: string): unknown;
  /** Columns of the terminal. */
  columns(): number;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Calls back again and again until what it answered is called. */
  every(ms: number, callback: () => void): () => void;
}

/** What is printed quickly is not drawn over more often than this. */
const leastMs = 50;
const tickMs = 120;

// Control functions of ECMA-48, and DECSC and DECRC, which every terminal of today knows.
const eraseBelow = "\x1b[J";
/** Makes sure of a line below without moving. */
const roomBelow = "\x1bD\x1b[A";
const save = "\x1b7";
const restore = "\x1b8";

/**
 * Draws `render(columns)`, a text narrower than the terminal, below the cursor, and anew as time goes by. The cursor stays where the
 * next word of running text goes on.
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
    // Behind the last column the cursor's place is not saved alike everywhere; it is led onto the next line.
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

/** Where the cursor is, not counting line breaks of the terminal itself. */
function columnAfter(column: number, text: string): number {
  const shown = text.replaceAll(/\x1b\[[0-9;]*m/g, "");
  const lineStart = shown.lastIndexOf("\n") + 1;
  const width = textWidth(shown.slice(lineStart).replaceAll("\t", "        "));
  return lineStart > 0 ? width : column + width;
}

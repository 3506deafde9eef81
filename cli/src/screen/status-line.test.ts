import assert from "node:assert/strict";
import { test } from "node:test";
import { createStatusLine } from "./status-line.ts";

const drawn = (text: string) => `\x1bD\x1b[A\x1b7\x1b[B\r\x1b[J${text}\x1b8`;

function screenOf(columns = 20) {
  const screen = {
    written: "",
    at: 1_000,
    isTicking: true,
    tick: () => {},
    write: (text: string) => {
      screen.written += text;
    },
    columns: () => columns,
    now: () => screen.at,
    every(_: number, callback: () => void) {
      screen.tick = callback;
      return () => {
        screen.isTicking = false;
      };
    },
    /** Returns the output since the last call. */
    take() {
      const { written } = screen;
      screen.written = "";
      return written;
    },
  };
  return screen;
}

test("keeps the status line below the output, and erases it at the end", () => {
  const screen = screenOf();
  const line = createStatusLine(screen, () => "busy");
  assert.equal(screen.take(), drawn("busy"));
  screen.at += 100;
  line.print("one\n");
  assert.equal(screen.take(), `\x1b[Jone\n${drawn("busy")}`);
  line.end();
  assert.equal(screen.take(), "\x1b[J");
  assert.equal(screen.isTicking, false);
});

test("appends streamed text in place, and does not redraw the status line for each piece", () => {
  const screen = screenOf();
  const line = createStatusLine(screen, () => "busy");
  screen.take();
  line.print("a ");
  line.print("word");
  assert.equal(screen.take(), "\x1b[Ja word");
  screen.tick();
  assert.equal(screen.take(), drawn("busy"));
});

test("moves to the next line after text that ends at the last column", () => {
  const screen = screenOf(4);
  const line = createStatusLine(screen, () => "b");
  screen.take();
  screen.at += 100;
  line.print("\x1b[31m日本\x1b[39m");
  assert.equal(screen.take(), `\x1b[J\x1b[31m日本\x1b[39m \r${drawn("b")}`);
  screen.at += 100;
  line.print("abc");
  assert.equal(screen.take(), `\x1b[Jabc${drawn("b")}`);
});

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { Screen } from "./screen.ts";

test("several waits for the output resolve when it matches, also if it already does", async () => {
  const output = new PassThrough();
  const screen = new Screen(output);
  const waits = [/one/, /two/, /one two/].map((pattern) => screen.until(pattern));
  output.write("one ");
  await screen.until(/one/);
  output.write("two");
  await Promise.all(waits);
  await screen.until(/two/);
});

test("an output that ends or does not match in time fails each wait with the output so far", async () => {
  const output = new PassThrough();
  const screen = new Screen(output, 1);
  output.write("a prompt");
  await screen.until(/a prompt/);
  await assert.rejects(
    screen.until(/never/),
    /time limit was reached before it matched \/never\/:\na prompt$/,
  );
  const ended = new Screen(output);
  const wait = ended.until(/never/);
  output.end();
  await assert.rejects(wait, /output ended before it matched/);
  await assert.rejects(ended.until(/never/), /output ended before it matched/);
});

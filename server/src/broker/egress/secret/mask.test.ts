import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { maskBytes } from "./mask.ts";

test("masks a value however it is split into chunks", async () => {
  const whole = "a tok-secret, tok-tok-secret! tok-secre";
  for (let one = 0; one <= whole.length; one += 1) {
    for (let two = one; two <= whole.length; two += 1) {
      const chunks = [whole.slice(0, one), whole.slice(one, two), whole.slice(two)].filter(
        (part) => part !== "",
      );
      const masked = Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(maskBytes(["tok-secret"]));
      assert.equal(await text(masked), "a **********, tok-**********! tok-secre", `${one} ${two}`);
    }
  }
});

test("withholds only bytes that may be the start of a value", () => {
  const mask = maskBytes(["tok-secret", "toffee"]);
  const pass = (chunk: string) => {
    mask.write(chunk);
    return String(mask.read() ?? "");
  };
  assert.equal(pass("data: one\n\n"), "data: one\n\n");
  assert.equal(pass("data: to"), "data: ");
  assert.equal(pass("f"), "");
  assert.equal(pass("u\n"), "tofu\n");
  assert.equal(pass("toffee"), "******");
});

test("masks several values, including one that contains another", async () => {
  const masked = Readable.from([Buffer.from("abcdef abc xyz")]).pipe(maskBytes(["abc", "abcdef", "xyz"]));
  assert.equal(await text(masked), "****** *** ***");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { createMasker, type NamedValue } from "./mask.ts";

const token = "ghp_9xK/2+q~Zr'7 end";
const pem = [
  "-----BEGIN PRIVATE KEY-----",
  ...Array.from(
    { length: 6 },
    (_, line) => `${line}abcdefghijKLMNOPqrstuvWXyz0123456789+/${"Qw".repeat(12)}`,
  ),
  "-----END PRIVATE KEY-----",
  "",
].join("\n");
const secrets: readonly NamedValue[] = [
  { key: "TOKEN", value: token },
  { key: "PEM", value: pem },
];
const masker = createMasker(secrets);

test("replaces every occurrence of a value with its key", () => {
  assert.equal(
    masker.mask(`a ${token}${token} b ${token}`),
    "a [secret TOKEN][secret TOKEN] b [secret TOKEN]",
  );
  assert.equal(masker.mask("nothing of it"), "nothing of it");
  assert.equal(masker.mask(""), "");
});

test("masks a value in JSON, shell and URL encodings", () => {
  const forms = {
    json: JSON.stringify({ token }),
    jsonInJson: JSON.stringify(JSON.stringify({ token })),
    singleQuoted: `'${token.replaceAll("'", "'\\''")}'`,
    bashTrace: `$'${token.replaceAll("'", "\\'")}'`,
    printfQ: token.replaceAll(/[~' ]/g, "\\$&"),
    percent: encodeURIComponent(token),
    percentLower: encodeURIComponent(token).replaceAll(/%../g, (hex) => hex.toLowerCase()),
    form: String(new URLSearchParams({ token })),
  };
  for (const [name, text] of Object.entries(forms)) {
    assert.match(masker.mask(text), /\[secret TOKEN\]/, name);
    assert.doesNotMatch(masker.mask(text), /9xK/, name);
  }
});

test("masks a value in base64 and base64url at any offset", () => {
  for (const encoding of ["base64", "base64url"] as const) {
    for (const before of ["", "a", "ab", "abc", "user:"]) {
      for (const after of ["", "z", "\n"]) {
        const encoded = Buffer.from(before + token + after).toString(encoding);
        const shown = masker.mask(`x=${encoded}.`);
        assert.match(
          shown,
          /^x=\w{0,7}\[secret TOKEN\][\w=]{0,4}\.$/,
          `${encoding} ${before} ${after}: ${shown}`,
        );
      }
    }
  }
});

test("masks a long value in base64 with line breaks", () => {
  const encoded = Buffer.from(pem).toString("base64");
  for (const length of [64, 76]) {
    const shown = masker.mask(encoded.replaceAll(new RegExp(`.{${length}}`, "g"), "$&\n"));
    assert.match(shown, /^(\[secret PEM\]\n)+[^\n]{0,12}\n?$/, shown);
  }
});

test("masks every line of a multi-line secret except common PEM headers", () => {
  const lines = pem.split("\n");
  assert.equal(masker.mask(`+${lines[2]}\r\n`), "+[secret PEM]\r\n");
  assert.equal(masker.mask(`echo '${lines[3]}'`), "echo '[secret PEM]'");
  assert.equal(masker.mask(lines[0]!), lines[0]);
  assert.equal(masker.mask(pem.trim()), "[secret PEM]");
  assert.equal(
    masker.mask(pem.replaceAll("\n", "\r\n")).replaceAll(/\[secret PEM\]|\s|-----.*-----/g, ""),
    "",
  );
});

test("masks overlapping values completely, under the key of the first one", () => {
  const overlapping = createMasker([
    { key: "ONE", value: "abcdefgh" },
    { key: "TWO", value: "efghijkl" },
    { key: "LONG", value: "abcdefghijklmnop" },
  ]);
  assert.equal(overlapping.mask("-abcdefghijkl-"), "-[secret ONE]-");
  assert.equal(overlapping.mask("-abcdefghijklmnop-"), "-[secret LONG]-");
  assert.equal(overlapping.mask("-abcdefghabcdefgh-"), "-[secret ONE][secret ONE]-");
});

test("does not mask values shorter than six characters", () => {
  assert.equal(createMasker([{ key: "PORT", value: "54321" }]).mask("54321"), "54321");
  assert.equal(createMasker([{ key: "PIN", value: "543210" }]).mask("543210"), "[secret PIN]");
});

test("masks strings, keys and numbers of a JSON value at every depth", () => {
  const deep = createMasker([...secrets, { key: "PIN", value: "12345678" }]);
  const at = new Date(0);
  const value = { a: [token, { [token]: 12345678, b: null, c: true, d: 5, at }], e: undefined };
  assert.deepEqual(deep.maskDeep(value), {
    a: ["[secret TOKEN]", { "[secret TOKEN]": "[secret PIN]", b: null, c: true, d: 5, at }],
    e: undefined,
  });
});

test("masks a stream the same way wherever its text is split", () => {
  const overlapping = createMasker([
    ...secrets,
    { key: "ABA", value: "abaabaab" },
    { key: "ABAB", value: "abababab" },
    { key: "LONGER", value: "abaabaabaabaabaac" },
  ]);
  const texts = [
    `say ${token} and ${Buffer.from(`k:${token}`).toString("base64")} ${JSON.stringify(token)}`,
    `x${pem}y${pem.slice(0, 200)}`,
    "abaabaabaabaababababababaabaabaac abaabaabaabaabaac aba",
    token.slice(0, -1),
    token + token.slice(0, 5),
  ];
  for (const text of texts) {
    const whole = overlapping.mask(text);
    const together = (pieces: readonly string[]) => {
      const stream = overlapping.openStream();
      return pieces.map((piece) => stream.push(piece)).join("") + stream.flush();
    };
    assert.equal(together([...text]), whole);
    for (let cut = 0; cut <= text.length; cut++)
      assert.equal(together([text.slice(0, cut), text.slice(cut)]), whole, `cut at ${cut}`);
    const random = seeded(7);
    for (let round = 0; round < 50; round++) {
      const pieces: string[] = [];
      for (let at = 0; at < text.length; ) {
        const length = Math.floor(random() * 12);
        pieces.push(text.slice(at, at + length));
        at += length;
      }
      assert.equal(together(pieces), whole);
    }
  }
});

test("holds back only text that may start a value", () => {
  const stream = createMasker([{ key: "TOKEN", value: token }]).openStream();
  assert.equal(stream.push("hello "), "hello ");
  assert.equal(stream.push("it is gh"), "it is ");
  assert.equal(stream.push("ost"), "ghost");
  assert.equal(stream.push(`: ${token.slice(0, 9)}`), ": ");
  assert.equal(stream.push(token.slice(9)), "");
  assert.equal(stream.push("!"), "[secret TOKEN]!");
  assert.equal(stream.push(token.slice(0, 9)), "");
  assert.equal(stream.flush(), token.slice(0, 9));
  assert.equal(stream.push(`${token.slice(9)}!`), `${token.slice(9)}!`, "starts a new match after a flush");
});

test("masks an endlessly repeating value once, and emits the text after it immediately", () => {
  const stream = createMasker([{ key: "A", value: "a".repeat(20) }]).openStream();
  let shown = "";
  for (let count = 0; count < 10_000; count++) shown += stream.push("aaa");
  assert.equal(shown, "[secret A]");
  assert.equal(stream.push("b"), "b");
});

/** Returns a Mulberry32 pseudorandom number generator. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

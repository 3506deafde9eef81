import assert from "node:assert/strict";
import { test } from "node:test";
import { explainHiddenRefs } from "./explain-hidden-refs.ts";
import { flush, pktLine } from "./pkt-line.ts";

const band = (number: number, bytes: Buffer | string) =>
  pktLine(Buffer.concat([Buffer.of(number), Buffer.from(bytes as string)]));

function read(bytes: Buffer, size: number): Buffer {
  const reader = explainHiddenRefs();
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(reader.add(bytes.subarray(at, at + size)));
  return Buffer.concat([...parts, reader.end()]);
}

/** Joins the packets of band 1, which contain the report. */
function reportIn(bytes: Buffer): string {
  let report = "";
  for (let at = 0; at < bytes.length; ) {
    const length = Math.max(Number.parseInt(bytes.toString("latin1", at, at + 4), 16), 4);
    if (bytes[at + 4] === 1) report += bytes.toString("latin1", at + 5, at + length);
    at += length;
  }
  return report;
}

const refused = [
  "unpack ok\n",
  "ok refs/heads/a\n",
  "ng refs/heads/main deny updating a hidden ref\n",
  "ng refs/pull/1/head deny deleting a hidden ref\n",
  "ng refs/heads/b non-fast-forward\n",
];
const report = Buffer.concat([...refused.map((line) => pktLine(line)), flush]);

test("replaces git's reason for a hidden ref, with and without sidebands, however the report is split", () => {
  const banded = Buffer.concat([
    band(2, "ng refs/heads/main deny updating a hidden ref\n"),
    band(1, ""),
    band(1, report.subarray(0, 40)),
    band(1, report.subarray(40)),
    flush,
  ]);
  for (const size of [1, 7, 10_000]) {
    const plain = read(report, size).toString("latin1");
    for (const text of [plain, reportIn(read(banded, size))]) {
      assert.match(text, /ng refs\/heads\/main protected branch: .*open a pull request/);
      assert.match(text, /ng refs\/pull\/1\/head reserved for the forge/);
      assert.match(text, /ok refs\/heads\/a\n/);
      assert.match(text, /ng refs\/heads\/b non-fast-forward\n/);
      assert.doesNotMatch(text, /hidden ref/);
    }
    assert.match(read(banded, size).toString("latin1"), /hidden ref/, "control: progress stays unchanged");
  }
});

test("forwards a response that is not a report, is truncated or is too long", () => {
  const long = Buffer.concat(Array.from({ length: 9 }, () => band(1, "x".repeat(60_000))));
  const cut = Buffer.concat([band(1, report.subarray(0, 30)), Buffer.from("00")]);
  for (const bytes of [Buffer.from("fatal: not a repository\n"), cut])
    assert.deepEqual(read(bytes, 5), bytes);
  assert.equal(reportIn(read(long, 10_000)), "x".repeat(540_000));
});

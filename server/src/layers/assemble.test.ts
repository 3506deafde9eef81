import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type AssembleInput, assemble, failureOf } from "./assemble.ts";
import { inChunks, makeTar } from "./testing/make-tar.ts";
import { skipReason, testOwner } from "./testing/open-layers.ts";

const never = new AbortController().signal;
const skip = skipReason(testOwner === null ? "ownFolder" : "folder");
const limits = { maxBytes: 64 * 1024 ** 2, maxEntries: 1_000, maxNameBytes: 1024 ** 2 };

async function assembled(t: TestContext, archives: readonly Buffer[], more: Partial<AssembleInput> = {}) {
  const scratch = mkdtempSync(join(tmpdir(), "tembo-assemble-"));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  if (testOwner !== null) chownSync(scratch, testOwner.firstId, testOwner.firstId);
  const chunks: Uint8Array[] = [];
  const input = {
    mode: "archive",
    archives: archives.map((one) => inChunks(one)),
    limits,
    scratch,
    ...more,
  } as const;
  const store = async (archive: AsyncIterable<Uint8Array>) => {
    for await (const chunk of archive) chunks.push(chunk);
  };
  const digest = await assemble(testOwner, input, store, never);
  return { digest, archive: Buffer.concat(chunks) };
}

test("reads the formats that tar programs write", { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-formats-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const long = join(folder, "d".repeat(90), "n".repeat(120));
  mkdirSync(join(long, ".."));
  writeFileSync(long, "long");
  symlinkSync(`/${"t".repeat(150)}`, join(folder, "link"));
  writeFileSync(join(folder, "holes"), "begin");
  truncateSync(join(folder, "holes"), 3_000_000);
  writeFileSync(join(folder, "a b"), "x");
  linkSync(join(folder, "a b"), join(folder, "c"));
  utimesSync(folder, 1_000_000_000, 1_000_000_000);
  const digests = new Set<string>();
  for (const options of [
    ["gnu"],
    ["gnu", "--sparse"],
    ["posix"],
    ["posix", "--sparse"],
    ["oldgnu", "--sparse"],
  ]) {
    const [format, ...more] = options;
    const args = ["-C", folder, `--format=${format}`, ...more, "--owner=0", "--group=0", "-cf", "-", "."];
    const archive = execFileSync("tar", args, { maxBuffer: 64 * 1024 ** 2 });
    digests.add((await assembled(t, [archive])).digest);
  }
  assert.equal(digests.size, 1);
});

test("writes an archive that it reads as the same tree", { skip }, async (t) => {
  const entries = [
    { name: "dir/", mode: 0o1777 },
    { name: "dir/file", body: "content", uid: 70_000, pax: { "SCHILY.xattr.user.a": "b", mtime: "1.9" } },
    { name: "dir/link", type: "1", target: "dir/file" },
    { name: "pipe", type: "6" },
  ];
  const first = await assembled(t, [makeTar(entries)]);
  const second = await assembled(t, [first.archive]);
  assert.deepEqual(second, first);
  const listing = execFileSync("tar", ["-tv", "--numeric-owner", "--utc"], {
    input: first.archive,
    encoding: "utf8",
  });
  assert.match(listing, /65534\/0 +7 1970-01-01 00:00 dir\/file/);
  assert.match(listing, /drwxrwxrwt 0\/0/);
});

test("keeps names and attributes that are not UTF-8", { skip }, async (t) => {
  const name = "caf\u00e9";
  const pax = { path: name, "SCHILY.xattr.user.bytes": "\u0000\u00ff\n" };
  const { archive } = await assembled(t, [makeTar([{ name: "x", body: "1", pax }])]);
  assert.ok(archive.includes(Buffer.from(name, "latin1")));
  assert.ok(archive.includes(Buffer.from("user.bytes=\u0000\u00ff\n", "latin1")));
});

test("applies the same limit to all archives of an image together", { skip }, async (t) => {
  const layer = () => makeTar([{ name: "zeros", body: Buffer.alloc(40 * 1024) }]);
  const small = { ...limits, maxBytes: 100 * 1024 };
  await assembled(t, [layer(), layer()], { mode: "image", limits: small });
  await assert.rejects(assembled(t, [layer(), layer(), layer()], { mode: "image", limits: small }), {
    code: "too_large",
  });
});

test("describes a rejected name on one line", { skip }, async (t) => {
  const name = `../${"\u001b[31m\n".repeat(20)}`;
  await assert.rejects(
    assembled(t, [makeTar([{ name: "x", pax: { path: name } }])]),
    ({ message }: Error) => {
      assert.doesNotMatch(message, /[\n\u001b]/);
      assert.ok(message.length < 700);
      return true;
    },
  );
});

test("names the limit that the program exceeded, and suggests another try only for other failures", () => {
  const late = failureOf({ code: null, words: "", exceeded: "30 minutes" });
  assert.equal(late.code, "too_large");
  assert.match(late.message, /needs more than 30 minutes\. Remove files/);
  const killed = failureOf({ code: null, words: "", exceeded: null });
  assert.equal(killed.code, "unavailable");
});

test("explains a rejection by the program's report, whatever else its output contains", () => {
  const words = JSON.stringify({ rejected: "the path /out of memory is a device", kind: "invalid" });
  const rejected = failureOf({ code: 65, words, exceeded: "the allowed memory" });
  assert.equal(rejected.code, "invalid_input");
  assert.match(rejected.message, /is rejected: the path \/out of memory is a device/);
});

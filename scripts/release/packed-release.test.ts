import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { packRelease } from "../install-tests/packed-release.ts";

test("uses the files of a packed release and keeps them, so that the published files are the tested ones", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-packed-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const debs = ["tembo_1.2.3_amd64.deb", "tembo_1.2.3_arm64.deb"];
  const files = ["opentembo-sdk-1.2.3.tgz", "opentembo-tembo-1.2.3.tgz", ...debs];
  assert.throws(() => packRelease(folder), /must have one file tembo_\*_amd64\.deb/);
  for (const name of files) writeFileSync(join(folder, name), "");
  const release = packRelease(folder);
  assert.deepEqual(
    [release.sdk, release.command, release.debs.amd64, release.debs.arm64],
    files.map((name) => join(folder, name)),
  );
  release.remove();
  assert.deepEqual(readdirSync(folder).sort(), files);
  writeFileSync(join(folder, "opentembo-sdk-1.2.2.tgz"), "");
  assert.throws(() => packRelease(folder), /must have one file opentembo-sdk-\*\.tgz/, "an older release");
});

test("stops a script that does not end, and removes what a failed one packed", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-packing-"));
  const { TMPDIR } = process.env;
  context.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(folder, { recursive: true });
  });
  process.env.TMPDIR = join(folder, "temporary");
  mkdirSync(process.env.TMPDIR);
  const script = join(folder, "script.mjs");
  const pack = (text: string, limitMs: number) => {
    writeFileSync(script, text);
    return packRelease("", { script, limitMs });
  };
  const write = `import { writeFileSync } from "node:fs"; writeFileSync(process.argv[2] + "/a.tgz", "");\n`;
  assert.throws(
    () => pack(`${write}throw new Error("No space.");`, 60_000),
    /could not be packed: .*No space\./s,
  );
  assert.throws(() => pack("setInterval(() => {}, 1_000);", 1), /could not be packed: .*ETIMEDOUT/);
  assert.throws(() => pack(write, 60_000), /must have one file/);
  assert.deepEqual(readdirSync(process.env.TMPDIR), []);
});

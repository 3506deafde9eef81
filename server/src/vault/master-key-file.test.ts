import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  createMasterKeyFile,
  createMasterKeyReader,
  formatMasterKeys,
  newMasterKey,
  replaceMasterKeys,
} from "./master-key-file.ts";

const later = () => Date.now() + 60 * 60_000;

function createFile(t: TestContext): string {
  const folder = fs.mkdtempSync(join(tmpdir(), "tembo-keys-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = join(folder, "master.key");
  createMasterKeyFile(file);
  return file;
}

test("reads an unchanged file once", (t) => {
  const file = createFile(t);
  const read = createMasterKeyReader(file, later);
  assert.equal(read(), read());
  const readEach = createMasterKeyReader(file);
  assert.notEqual(readEach(), readEach(), "control: the time of a recent change does not identify a version");
});

test("returns the keys of a file that was replaced or overwritten, and none of a removed file", (t) => {
  const file = createFile(t);
  const read = createMasterKeyReader(file, later);
  const [first] = read()!;
  const added = newMasterKey();
  replaceMasterKeys(file, [added, first!]);
  assert.deepEqual(read(), [added, first]);
  fs.writeFileSync(file, formatMasterKeys([added]));
  assert.deepEqual(read(), [added]);
  fs.rmSync(file);
  assert.equal(read(), null);
});

test("rejects a file that other users can read from now on", (t) => {
  const file = createFile(t);
  const read = createMasterKeyReader(file, later);
  read();
  fs.chmodSync(file, 0o640);
  assert.throws(read, /can be read by users other than its owner/);
});

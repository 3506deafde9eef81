import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { SealContext, Sealed } from "../core/base/index.ts";
import { openVault } from "./open-vault.ts";

const context: SealContext = { organizationId: "o1", name: "secret:TOKEN", version: 1 };
const value = "s3cret value, ünïcode";
const internal = { code: "internal" };

function placeFor(t: TestContext): string {
  const folder = fs.mkdtempSync(join(tmpdir(), "tembo-vault-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return join(folder, "master.key");
}

const open = (file: string, used: readonly string[] = []) =>
  openVault({ file, usedKeyIds: async () => used });

test("creates a key file that only its owner can read on the first start, and reuses it on later starts", async (t) => {
  const file = placeFor(t);
  const { vault } = await open(file);
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(fs.readdirSync(join(file, "..")), ["master.key"]);
  const sealed = vault.seal(value, context);
  const again = await open(file, [sealed.masterKeyId]);
  assert.equal(again.vault.open(sealed, context), value);
});

test("opens a value only for its own organization, name and version", async (t) => {
  const { vault } = await open(placeFor(t));
  const sealed = vault.seal(value, context);
  const others: SealContext[] = [
    { ...context, organizationId: "o2" },
    { ...context, name: "secret:OTHER" },
    { ...context, version: 2 },
    // The characters are the same, but split at another position.
    { ...context, organizationId: "o", name: "1secret:TOKEN" },
    { ...context, name: "secret:TOKEN1", version: 1 },
  ];
  for (const other of others) assert.throws(() => vault.open(sealed, other), internal);
  assert.equal(vault.open(sealed, context), value);
});

test("detects any changed or missing byte of a sealed value", async (t) => {
  const { vault } = await open(placeFor(t));
  const sealed = vault.seal(value, context);
  for (let index = 0; index < sealed.bytes.length; index++) {
    const bytes = Buffer.from(sealed.bytes);
    bytes[index]! ^= 1;
    assert.throws(() => vault.open({ ...sealed, bytes }, context), internal, `byte ${index}`);
    const cut = sealed.bytes.subarray(0, index);
    assert.throws(() => vault.open({ ...sealed, bytes: cut }, context), internal);
  }
});

test("seals each value with its own key and nonces, without revealing the value", async (t) => {
  const { vault } = await open(placeFor(t));
  const [one, two] = [vault.seal(value, context), vault.seal(value, context)];
  assert.notDeepEqual(one.bytes, two.bytes);
  assert.equal(one.bytes[0], 1);
  assert.equal(one.bytes.length, 1 + 60 + 28 + Buffer.byteLength(value));
  assert.ok(!one.bytes.includes("s3cret"));
});

test("restores empty, long and binary values unchanged", async (t) => {
  const { vault } = await open(placeFor(t));
  for (const text of ["", "x".repeat(64_000), "\u0000\n"])
    assert.equal(vault.open(vault.seal(text, context), context), text);
});

test("refuses to start if there are sealed rows but no key file, and creates no file", async (t) => {
  const file = placeFor(t);
  await assert.rejects(open(file, ["0123456789abcdef"]), (error: Error) => {
    assert.match(
      error.message,
      /master key file .*master\.key is missing, .* needs the key 0123456789abcdef\. Copy the file/,
    );
    return true;
  });
  assert.equal(fs.existsSync(file), false);
});

test("rejects a key file that lacks the rows' master key, and reports the key's ID", async (t) => {
  const file = placeFor(t);
  await open(file);
  await assert.rejects(
    open(file, ["0123456789abcdef"]),
    /master\.key does not contain the key 0123456789abcdef.*backup/,
  );
});

test("rejects a key file that other users can access, and accepts it after the suggested chmod", async (t) => {
  const file = placeFor(t);
  await open(file);
  for (const mode of [0o640, 0o604, 0o620]) {
    fs.chmodSync(file, mode);
    await assert.rejects(open(file), /mode 6\d\d\)\. Run "chmod 600 .*master\.key"/);
  }
  fs.chmodSync(file, 0o600);
  await open(file);
});

test("rejects a corrupted key without repeating it in the error", async (t) => {
  const file = placeFor(t);
  await open(file);
  const text = fs.readFileSync(file, "utf8");
  const key = text.trim().split(":").at(-1)!;
  const wrong = key.startsWith("A") ? `B${key.slice(1)}` : `A${key.slice(1)}`;
  fs.writeFileSync(file, text.replace(key, wrong));
  await assert.rejects(open(file), (error: Error) => {
    assert.match(error.message, /Line 3 of the master key file/);
    return !error.message.includes(wrong.slice(5));
  });
  fs.writeFileSync(file, "# nothing\n");
  await assert.rejects(open(file), /contains no key/);
});

test("reports that the key file's folder is missing", async () => {
  await assert.rejects(open("/nonexistent/tembo/master.key"), /cannot be created.*TEMBO_MASTER_KEY_FILE/);
});

test("processes that start concurrently use the same key", async (t) => {
  const file = placeFor(t);
  const starter = fileURLToPath(new URL("./testing/seal-one.ts", import.meta.url));
  const started = Array.from({ length: 6 }, async () => {
    const child = spawn(process.execPath, [starter, file], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    await once(child, "close");
    const { bytes, masterKeyId } = JSON.parse(text) as { bytes: string; masterKeyId: string };
    return { bytes: Buffer.from(bytes, "base64"), masterKeyId } satisfies Sealed;
  });
  const sealed = await Promise.all(started);
  assert.equal(new Set(sealed.map(({ masterKeyId }) => masterKeyId)).size, 1);
  const { vault } = await open(file);
  for (const one of sealed) assert.equal(vault.open(one, context), value);
  assert.deepEqual(fs.readdirSync(join(file, "..")), ["master.key"]);
});

test("a running vault uses a key that another process added and opens rewrapped values", async (t) => {
  const file = placeFor(t);
  const { vault: running } = await open(file);
  const before = running.seal(value, context);
  const rotating = await open(file);
  assert.equal(rotating.masterKeys.addUnlessRotating(), true);
  const after = running.seal(value, context);
  assert.equal(after.masterKeyId, rotating.masterKeys.newestId());
  const rewrapped = rotating.vault.rewrap(before);
  rotating.masterKeys.dropOlder();
  assert.equal(fs.readFileSync(file, "utf8").match(/^tembo-master-key/gm)?.length, 1);
  const fresh = await open(file, [rewrapped.masterKeyId]);
  for (const sealed of [after, rewrapped]) assert.equal(fresh.vault.open(sealed, context), value);
  assert.throws(() => fresh.vault.open(before, context), internal, "the file no longer has the old key");
  assert.equal(running.open(before, context), value, "opens a row that was read before the key was removed");
  assert.throws(() => fresh.vault.open(rewrapped, { ...context, name: "secret:OTHER" }), internal);
});

test("does not create a new key if the key file disappears while the vault is running", async (t) => {
  const file = placeFor(t);
  const { vault } = await open(file);
  fs.rmSync(file);
  assert.throws(() => vault.seal(value, context), internal);
  assert.equal(fs.existsSync(file), false);
});

test("preserves a symbolic link to the key file during a rotation", async (t) => {
  const file = placeFor(t);
  await open(file);
  const link = `${file}.link`;
  fs.symlinkSync(file, link);
  const { masterKeys } = await open(link);
  masterKeys.addUnlessRotating();
  masterKeys.dropOlder();
  assert.ok(fs.lstatSync(link).isSymbolicLink());
  await open(file, [masterKeys.newestId()]);
});

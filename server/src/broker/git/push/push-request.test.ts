import assert from "node:assert/strict";
import { test } from "node:test";
import { createSpawnGit } from "../../../git/process/spawn-git.ts";
import { flush, pktLine } from "../../../host-git/pkt-line.ts";
import { ask, branch, git, makeGitProxy } from "../git-proxy-fixture.ts";
import { createByteReader } from "../read-body.ts";
import { decidePush } from "./decide-push.ts";
import { readPushRequest, writePushRequest } from "./push-request.ts";

const a = "a".repeat(40);
const b = "b".repeat(40);
const zero = "0".repeat(40);
const capabilities = "report-status side-band-64k";

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const read = (...lines: (string | Buffer)[]) =>
  readPushRequest(
    createByteReader(
      inPieces(
        Buffer.concat([...lines.map((line) => (Buffer.isBuffer(line) ? line : pktLine(line))), flush]),
        3,
      ),
    ),
  );

test("parses commands, shallow lines and capabilities, and parses a serialized push to the same value", async () => {
  const push = await read(
    `shallow ${b}\n`,
    `${a} ${b} refs/heads/x\0 ${capabilities}\n`,
    `${zero} ${b} refs/tags/ü`,
  );
  assert.deepEqual(push.shallow, [b]);
  assert.deepEqual(push.capabilities, ["report-status", "side-band-64k"]);
  assert.deepEqual(
    push.commands.map(({ ref }) => ref),
    ["refs/heads/x", "refs/tags/ü"],
  );
  const again = await readPushRequest(createByteReader(inPieces(writePushRequest(push), 7)));
  assert.deepEqual(again, push);
});

test("parses the commands of a signed push, and rejects the push", async () => {
  const push = await read(
    `push-cert\0${capabilities}\n`,
    "certificate version 0.1\n",
    "pusher x\n",
    `${a} ${b} refs/heads/evil\n`,
    "\n",
    `${a} ${b} refs/heads/x\n`,
    "-----BEGIN PGP SIGNATURE-----\n",
    "-----END PGP SIGNATURE-----\n",
    "push-cert-end\n",
  );
  assert.deepEqual(
    push.commands.map(({ ref }) => ref),
    ["refs/heads/x"],
  );
  assert.match(decidePush(push, "x")[0]!.reason, /signed pushes/);
});

test("rejects a push that git could parse differently", async () => {
  const good = `${a} ${b} refs/heads/x`;
  for (const lines of [
    [Buffer.from("0001")],
    [Buffer.from("0002")],
    [Buffer.from("0004")],
    [Buffer.from("00zz")],
    [Buffer.from("-001")],
    [`${a}  ${b} refs/heads/x`],
    [`${a.toUpperCase()} ${b} refs/heads/x`],
    [`${a} ${b} refs/heads/x\nrefs/heads/y`],
    [`${a} ${b} `],
    [`${good}\0${capabilities}`, `${good}\0atomic`],
    ["push-cert-x"],
    ["shallow x"],
  ])
    await assert.rejects(read(...lines), /not a valid git push request/, String(lines));
  await assert.rejects(
    readPushRequest(createByteReader(inPieces(pktLine(good), 5))),
    /not a valid git push/,
    "rejects a push without an end",
  );
  await read(good);
});

test("rejects a push with more than 1,000 refs or with more than 1 MiB of shallow lines", async () => {
  const lines = Array.from({ length: 1001 }, (_, index) => `${a} ${b} refs/heads/${index}`);
  await assert.rejects(read(...lines), /updates more than \d+ references/);
  await read(...lines.slice(1));
  await assert.rejects(read(...Array(25_000).fill(`shallow ${a}`)), {
    status: 413,
    message: /larger than 1048576 bytes\. Push fewer references at a time, or fetch the full history/,
  });
  await assert.rejects(read(`shallow ${a}${" ".repeat(60_000)}`), /not a valid git push/);
});

test("compares ref names byte by byte, and rejects a push that lists a ref twice", async () => {
  const only = async (ref: string, pushBranch = "tembo/ü") =>
    decidePush(await read(pktLine(Buffer.from(`${a} ${b} ${ref}\0${capabilities}`))), pushBranch)[0]
      ?.reason ?? null;
  assert.equal(await only("refs/heads/tembo/ü"), null);
  for (const ref of [
    "refs/heads/tembo/u\u0308",
    "refs/heads/tembo/Ü",
    "refs/heads/tembo/ü/",
    "refs/heads//tembo/ü",
    "tembo/ü",
    "HEAD",
  ])
    assert.match((await only(ref)) ?? "", /only to the branch/, ref);
  const twice = await read(`${a} ${b} refs/heads/x\0${capabilities}`, `${a} ${b} refs/heads/x`);
  assert.match(decidePush(twice, "x")[1]!.reason, /twice/);
});

test("rejects by HTTP status without report-status, and changes nothing for a truncated body", async (t) => {
  const proxy = await makeGitProxy(t, { createSpawnGit });
  const headers = { "content-type": "application/x-git-receive-pack-request" };
  const post = (body: Buffer) => ask(`${proxy.url}/git-receive-pack`, { method: "POST", headers, body });
  const before = await git(proxy.bare, "for-each-ref");
  const bare = await post(Buffer.concat([pktLine(`${zero} ${a} refs/heads/main`), flush]));
  assert.equal(bare.status, 403);
  assert.match(bare.text, /only to the branch/);
  const command = pktLine(`${zero} ${a} refs/heads/${branch}\0 ${capabilities}`);
  const cut = await post(Buffer.concat([command, flush, Buffer.from("PACK")]));
  assert.match(cut.text, /ng refs\/heads\/tembo\/work the pack is not valid/);
  assert.equal((await post(command)).status, 400);
  assert.equal((await post(Buffer.concat([flush, Buffer.from("more")]))).status, 400);
  assert.equal((await post(flush)).status, 200, "control: accepts git's probe before a large push");
  assert.equal(await git(proxy.bare, "for-each-ref"), before);
});

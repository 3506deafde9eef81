import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { flush, pktLine } from "../../host-git/pkt-line.ts";
import { stripPaths } from "./strip-paths.ts";

const band = (number: number, text: string | Buffer) =>
  pktLine(Buffer.concat([Buffer.of(number), Buffer.from(text as string)]));

/** Passes bytes through in chunks of the given size. */
async function through(bytes: Buffer, size = bytes.length): Promise<Buffer> {
  const stripper = stripPaths();
  const done = buffer(stripper);
  for (let at = 0; at < bytes.length; at += size) stripper.write(bytes.subarray(at, at + size));
  stripper.end();
  return done;
}

test("removes host paths from progress and error messages, however they are split", async () => {
  const stderr = "warning: ignoring '/var/lib/tembo/mirrors/x.git/objects': gone\nfatal: /root/data is bad\n";
  for (const size of [1, 7, 1000]) {
    const parts = stderr.match(/[\s\S]{1,13}/g)!.map((part) => band(2, part));
    const answer = Buffer.concat([
      pktLine("NAK\n"),
      ...parts,
      band(1, "PACK/a/b"),
      band(3, "at /srv/tembo/x"),
      flush,
    ]);
    const text = (await through(answer, size)).toString("latin1");
    assert.doesNotMatch(text, /var\/lib|mirrors|\/root|\/srv/);
    assert.match(text, /warning: ignoring '\(server path\)': gone\n/);
    assert.match(text, /PACK\/a\/b/, "control: pack data stays unchanged");
  }
});

test("leaves counts, URLs and refs unchanged", async () => {
  const stderr =
    "Resolving deltas: 100% (3/3)\rsee https://forge.example/acme/app/pull/1\nrefs/heads/tembo/work and a/b/c\n";
  const text = (await through(Buffer.concat([band(2, stderr), flush]))).toString("latin1");
  assert.ok(text.includes(stderr));
});

test("removes paths from an error that replaces the response", async () => {
  const text = (
    await through(pktLine("ERR upload-pack: not our ref in /data/forge/acme/app.git"))
  ).toString();
  assert.equal(text, pktLine("ERR upload-pack: not our ref in (server path)").toString());
});

test("forwards data and anything that is not a pkt-line unchanged", async () => {
  const data = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index % 251));
  const banded = Buffer.concat([band(1, data), band(1, data.subarray(1)), flush]);
  assert.ok((await through(banded, 777)).equals(banded));
  const plain = Buffer.concat([pktLine("NAK\n"), Buffer.from("PACK"), data]);
  assert.ok((await through(plain, 777)).equals(plain));
});

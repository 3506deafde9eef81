import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { inChunks, makeTar, type TarEntry } from "../testing/make-tar.ts";
import { archiveOf, never, type Suite } from "./suite.ts";

const longName = `long/${"n".repeat(120)}`;
const capability = Buffer.from("0100000200200000000000000000000000000000", "hex").toString("latin1");

const tree: readonly TarEntry[] = [
  { name: "./", mode: 0o755 },
  { name: "./etc/", mode: 0o750, uid: 3, gid: 4 },
  { name: "./etc/passwd", body: "root:x:0:0\n", mtime: 1_500_000_000 },
  { name: "./bin/", mode: 0o755 },
  {
    name: "./bin/su",
    body: "#!program\n",
    mode: 0o4755,
    pax: { "SCHILY.xattr.security.capability": capability },
  },
  { name: "./bin/login", type: "1", target: "./bin/su" },
  { name: "./bin/sh", type: "2", target: "/usr/bin/dash" },
  { name: "./marked", body: "x", uid: 1_000, gid: 1_001, pax: { "SCHILY.xattr.user.note": "a\u00ff=b" } },
  { name: "./short", body: "y", pax: { path: `./${longName}` } },
];

/** Digest of `tree`. Every format and every machine has the same one. */
const treeDigest = "sha256:41fcb315f47f02ec8df9d02f8048c6f5fcf8a222226fcda20050d58205497ae5";

export function testContent(suite: Suite): void {
  suite("keeps names, content, modes, owners, times, links and attributes", async (_t, { name, layers }) => {
    const { digest } = await layers.add(archiveOf(...tree), never);
    const mounted = await layers.mount([digest], never);
    const [{ path, firstId }] = mounted.folders as [(typeof mounted.folders)[number]];
    const statOf = (file: string) => lstatSync(join(path, file));
    assert.deepEqual(readdirSync(path).sort(), ["bin", "etc", "long", "marked"]);
    assert.equal(readFileSync(join(path, "etc/passwd"), "utf8"), "root:x:0:0\n");
    assert.equal(readFileSync(join(path, longName), "utf8"), "y");
    assert.equal(statOf("etc").mode & 0o7777, 0o750);
    assert.equal(statOf("etc/passwd").mtimeMs, 1_500_000_000_000);
    assert.equal(readlinkSync(join(path, "bin/sh")), "/usr/bin/dash");
    assert.equal(statOf("bin/su").ino, statOf("bin/login").ino);
    const note = attribute(path, "marked", "user.note");
    assert.equal(note, "61ff3d62");
    if (firstId !== null) {
      assert.deepEqual([statOf("marked").uid, statOf("marked").gid], [firstId + 1_000, firstId + 1_001]);
      assert.equal(statOf("bin/su").mode & 0o7777, 0o4755);
      assert.notEqual(attribute(path, "bin/su", "security.capability"), null);
    } else {
      assert.equal(name, "ownFolder");
      assert.equal(statOf("marked").uid, process.getuid!());
      assert.equal(statOf("bin/su").mode & 0o7777, 0o755, "no setuid bit of the server's user");
    }
    await mounted.release();
  });

  suite("gives the same tree the same digest, whatever its archive looks like", async (_t, { layers }) => {
    const withoutDots = tree.map((entry) => ({ ...entry, name: entry.name.replace("./", "") || "/" }));
    const [root, ...rest] = tree;
    const reordered = [rest[3]!, rest[2]!, root!, ...rest.slice(0, 2), ...rest.slice(4)];
    const bytes = makeTar(tree);
    const archives = [
      bytes,
      makeTar(withoutDots),
      makeTar(reordered),
      gzipSync(bytes),
      zstdCompressSync(bytes),
    ];
    for (const archive of archives) {
      const { digest } = await layers.add({ kind: "archive", archive: inChunks(archive) }, never);
      assert.equal(digest, treeDigest);
    }
    const other = await layers.add(archiveOf(...tree, { name: "etc/passwd", body: "changed" }), never);
    assert.notEqual(other.digest, treeDigest, "control");
  });

  suite("makes setuid bits and devices of a layer inert on the host", async (_t, { name, layers }) => {
    const device = { name: "dev/null", type: "3", device: [1, 3] } as const;
    const disk = { name: "dev/sda", type: "4", device: [8, 0] } as const;
    const { digest } = await layers.add(archiveOf(...tree, device, disk, { name: "pipe", type: "6" }), never);
    const { folders, release } = await layers.mount([digest], never);
    const { path } = folders[0]!;
    assert.deepEqual(readdirSync(join(path, "dev")), []);
    assert.ok(lstatSync(join(path, "pipe")).isFIFO());
    if (name !== "ownFolder") {
      const line = readFileSync("/proc/self/mountinfo", "utf8")
        .split("\n")
        .find((one) => one.includes(` ${path} `));
      assert.match(line!.split(" ")[5]!, /^ro,nosuid,nodev/);
      if (name !== "squashfs") assert.ok(lstatSync(join(path, "bin/su")).uid >= 400_000);
    }
    await release();
  });

  suite("keeps the last of several entries with the same name", async (_t, { layers }) => {
    const twice = [
      { name: "a", body: "first" },
      { name: "b/" },
      { name: "b/c", body: "c" },
      { name: "a", body: "second" },
      { name: "b", body: "now a file" },
    ];
    const { digest } = await layers.add(archiveOf(...twice), never);
    const { folders, release } = await layers.mount([digest], never);
    assert.equal(readFileSync(join(folders[0]!.path, "a"), "utf8"), "second");
    assert.equal(readFileSync(join(folders[0]!.path, "b"), "utf8"), "now a file");
    await release();
  });
}

/** Returns an extended attribute in hexadecimal, or null. Node has no function for this. */
export function attribute(folder: string, file: string, name: string): string | null {
  const program = "import os, sys; sys.stdout.write(os.getxattr(sys.argv[1], sys.argv[2]).hex())";
  const args = ["-c", program, join(folder, file), name];
  try {
    return execFileSync("python3", args, { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" });
  } catch {
    return null;
  }
}

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { buildDebian, installedKib } from "./build-debian.ts";

const control =
  "Package: sample\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.com>\nDescription: sample\n";
const files = [
  ["DEBIAN/control", control, 0o666],
  ["etc/tembo/tembo.env", "A=1\n", 0o666],
  ["usr/bin/sample", "#!/bin/sh\n", 0o777],
  ["usr/lib/sample/.hidden", "a", 0o600],
] as const;

test("the same files give the same package, whatever their order, modes and times are", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-deb-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const build = (
    name: string,
    listed: readonly (typeof files)[number][],
    mask: number,
    epoch = 1_700_000_000,
  ) => {
    const source = join(folder, name);
    for (const [path, text, mode] of listed) {
      mkdirSync(dirname(join(source, path)), { recursive: true });
      writeFileSync(join(source, path), text, { mode: mode & ~mask });
    }
    symlinkSync("sample", join(source, "usr/bin/link"));
    const file = join(folder, `${name}.deb`);
    buildDebian(source, file, epoch);
    return readFileSync(file);
  };
  const first = build("first", files, 0);
  assert.ok(first.equals(build("second", files.toReversed(), 0o022)));
  assert.ok(
    !first.equals(build("third", files, 0, 1_700_000_001)),
    "control: the time is part of the package",
  );
  const show = (...args: string[]) =>
    execFileSync("dpkg-deb", [...args, join(folder, "first.deb")], { encoding: "utf8" });
  const modes = show("--contents")
    .split("\n")
    .filter((line) => /^-/.test(line));
  assert.deepEqual(
    modes.map((line) => line.replace(/ +\d+ \S+ \S+ /, " ")),
    [
      "-rw------- root/root ./etc/tembo/tembo.env",
      "-rwxr-xr-x root/root ./usr/bin/sample",
      "-rw-r--r-- root/root ./usr/lib/sample/.hidden",
    ],
  );
  const sums =
    show("--info").includes("md5sums") && readFileSync(join(folder, "first/DEBIAN/md5sums"), "utf8");
  assert.match(String(sums), /^[0-9a-f]{32} {2}etc\/tembo\/tembo\.env\n.*usr\/bin\/sample\n.*\.hidden\n$/);
  // Three files of at most one KiB, a link and six folders, without DEBIAN.
  assert.equal(installedKib(join(folder, "first")), 10);
});

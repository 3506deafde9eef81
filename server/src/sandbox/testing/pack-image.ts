import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, readlink, realpath, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Programs of the test image. Perl is not among them, because a sandbox must not need that of an image. */
const programs = [
  ..."awk base64 basename bash cat chgrp chmod chown comm cp curl cut date dd df dirname du echo env false find".split(
    " ",
  ),
  ..."git grep gzip head hostname id kill ln ls mkdir mkfifo mknod mktemp mount mv nohup nproc od openssl printf".split(
    " ",
  ),
  ..."ps pwd python3 readlink realpath rm rmdir seq setpriv setsid sed sh sleep sort stat stty su tail tar tee".split(
    " ",
  ),
  ..."test timeout touch tr true truncate tty umount uname uniq unshare wc xargs yes getent getcap setcap".split(
    " ",
  ),
];
/** Files that the programs need and that no program links. */
const further = [
  ..."/usr/lib/git-core /usr/share/git-core /usr/lib/python3.13 /etc/ssl/certs /usr/share/ca-certificates".split(
    " ",
  ),
  "/usr/lib/x86_64-linux-gnu/librt.so.1",
  ..."/etc/nsswitch.conf /usr/lib/x86_64-linux-gnu/libnss_files.so.2 /usr/share/terminfo /usr/lib/terminfo".split(
    " ",
  ),
];

/**
 * Packs a root file system that consists of parts of this machine, among them the files in `added`. Writes a few files to the folder `scratch`.
 */
export async function* packImage(scratch: string, added: readonly string[] = []): AsyncGenerator<Buffer> {
  const paths = await listPaths(added);
  const etc = join(scratch, "image");
  await mkdir(join(etc, "etc"), { recursive: true });
  await mkdir(join(etc, "root"), { mode: 0o700 });
  await mkdir(join(etc, "tmp"), { mode: 0o1777 });
  await mkdir(join(etc, "var/tmp"), { recursive: true });
  await chmod(join(etc, "var/tmp"), 0o1777);
  await writeFile(join(etc, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nguest:x:1000:1000::/:/bin/sh\n");
  await writeFile(join(etc, "etc/group"), "root:x:0:\nguest:x:1000:\n");
  await writeFile(join(etc, "etc/image"), "image\n");
  for (const path of ["/bin", "/sbin", "/lib", "/lib64"]) await symlink(`usr${path}`, join(etc, path));
  const list = join(scratch, "list");
  await writeFile(list, paths.map((path) => `.${path}`).join("\0"));
  const from = [
    "--null",
    `--files-from=${list}`,
    "-C",
    etc,
    "etc",
    "root",
    "tmp",
    "var",
    "bin",
    "sbin",
    "lib",
    "lib64",
  ];
  const tar = spawn("tar", ["--owner=0", "--group=0", "-cf", "-", "-C", "/", ...from], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  yield* tar.stdout as AsyncIterable<Buffer>;
}

/** Returns the files of the programs with all links and libraries, in folders that are not links. */
async function listPaths(added: readonly string[]): Promise<readonly string[]> {
  const binaries = programs.flatMap((name) =>
    ["/usr/bin", "/usr/sbin"].map((folder) => join(folder, name)).filter((path) => existsSync(path)),
  );
  const paths = new Set<string>();
  const add = async (path: string): Promise<void> => {
    const place = join(await realpath(dirname(path)), basename(path));
    if (paths.has(place)) return;
    const entry = await lstat(place).catch(() => null);
    if (entry === null) return;
    paths.add(place);
    if (entry.isSymbolicLink()) await add(resolve(dirname(place), await readlink(place)));
  };
  for (const path of [...binaries, ...further, ...added]) await add(path);
  const { stdout: libraries } = await execute(
    "sh",
    ["-c", 'ldd "$@" 2>/dev/null || :', "sh", ...binaries, ...linked, ...added],
    {
      maxBuffer: 1024 ** 3,
    },
  );
  for (const library of libraries.match(/\/[^\s)]+\.so[^\s)]*/g) ?? []) await add(library);
  return [...paths];
}

/** Further programs whose libraries the image contains. */
const linked = ["/usr/lib/git-core/git-remote-http", process.execPath];

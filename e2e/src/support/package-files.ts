import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { type Files, git } from "./repositories.ts";

const run = promisify(execFile);

/**
 * Creates a tiny package, `little` 1.0.0, for each package manager, a git repository and `hello.txt`. The files below
 * `folder` are for a static server at `root`, a URL without a trailing slash. Needs `tar` and `zip`. Skips the apt
 * package if `dpkg-deb` is missing.
 */
export async function makePackages(folder: string, root: string): Promise<void> {
  await Promise.all([
    makeNpm(folder, root),
    makePip(folder),
    makeCargo(folder, root),
    makeApt(folder),
    makeGit(folder),
    put(folder, { "hello.txt": "hello\n" }),
  ]);
}

/** Returns a request handler that serves the files of a folder. Serves `index.html` for folders. */
export function serveFolder(folder: string): RequestListener {
  return (request, response) => {
    const path = decodeURIComponent(request.url!.split("?")[0]!);
    readFile(join(folder, path.endsWith("/") ? `${path}index.html` : path)).then(
      (bytes) =>
        response
          .setHeader("content-type", path.endsWith("/") ? "text/html" : "application/octet-stream")
          .end(bytes),
      () => response.writeHead(404).end(),
    );
  };
}

/** Creates a packument and its tarball, below /npm. */
async function makeNpm(folder: string, root: string): Promise<void> {
  const manifest = { name: "little", version: "1.0.0" };
  const tarball = await archive(folder, "npm", { "package/package.json": JSON.stringify(manifest) });
  const dist = {
    tarball: `${root}/npm/little.tgz`,
    integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}`,
  };
  await put(folder, {
    "npm/little.tgz": tarball,
    "npm/little": JSON.stringify({
      name: "little",
      "dist-tags": { latest: "1.0.0" },
      versions: { "1.0.0": { ...manifest, dist } },
    }),
  });
}

/** Creates a simple index (PEP 503) and a wheel, below /pip. */
async function makePip(folder: string): Promise<void> {
  const wheel = "little-1.0.0-py3-none-any.whl";
  const info = "little-1.0.0.dist-info";
  await zip(folder, "pip-wheel", `pip/${wheel}`, {
    "little.py": "",
    [`${info}/METADATA`]: "Metadata-Version: 2.1\nName: little\nVersion: 1.0.0\n",
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    [`${info}/RECORD`]: "",
  });
  await put(folder, { "pip/simple/little/index.html": `<a href="/pip/${wheel}">${wheel}</a>` });
}

/** Creates a sparse index and a crate, below /cargo (the Cargo book, "Registry Index"). */
async function makeCargo(folder: string, root: string): Promise<void> {
  const crate = await archive(folder, "crate", {
    "little-1.0.0/Cargo.toml": '[package]\nname = "little"\nversion = "1.0.0"\nedition = "2021"\n',
    "little-1.0.0/src/lib.rs": "",
  });
  const entry = {
    name: "little",
    vers: "1.0.0",
    deps: [],
    cksum: createHash("sha256").update(crate).digest("hex"),
    features: {},
    yanked: false,
  };
  await put(folder, {
    "cargo/config.json": JSON.stringify({ dl: `${root}/cargo/{crate}.crate` }),
    "cargo/li/tt/little": JSON.stringify(entry),
    "cargo/little.crate": crate,
  });
}

/** Creates a flat apt repository (sources.list(5)) below /apt, or none if dpkg-deb is not installed. */
async function makeApt(folder: string): Promise<void> {
  const control =
    "Package: little\nVersion: 1.0.0\nArchitecture: all\nMaintainer: A <a@a.example>\nDescription: little\n";
  const source = join(folder, "deb-source");
  await put(source, { "DEBIAN/control": control });
  await mkdir(join(folder, "apt"), { recursive: true });
  const deb = join(folder, "apt", "little.deb");
  try {
    await run("dpkg-deb", ["--root-owner-group", "--build", source, deb]);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw cause;
  }
  const bytes = await readFile(deb);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const packages = `${control}Filename: ./little.deb\nSize: ${bytes.length}\nSHA256: ${sha256}\n`;
  await put(folder, { "apt/Packages": packages, "apt/Packages.gz": gzipSync(packages) });
}

/** Creates a repository for git's dumb HTTP protocol, at /little.git. */
async function makeGit(folder: string): Promise<void> {
  const source = join(folder, "git-source");
  await mkdir(folder, { recursive: true });
  await git(folder, null, "init", "--quiet", source);
  await git(source, null, "commit", "--quiet", "--allow-empty", "--message", "First");
  await git(folder, null, "clone", "--quiet", "--bare", source, join(folder, "little.git"));
  await git(join(folder, "little.git"), null, "update-server-info");
}

/** Creates a tarball and returns its bytes. All files share one top-level folder, as npm and cargo require. */
async function archive(folder: string, name: string, files: Files): Promise<Buffer> {
  const source = join(folder, `${name}-source`);
  await put(source, files);
  const target = join(folder, `${name}.tgz`);
  const [top = "."] = Object.keys(files)[0]!.split("/");
  await run("tar", ["-czf", target, "-C", source, top]);
  const bytes = await readFile(target);
  await rm(target);
  return bytes;
}

async function zip(folder: string, name: string, target: string, files: Files): Promise<void> {
  const source = join(folder, `${name}-source`);
  await put(source, files);
  await mkdir(dirname(join(folder, target)), { recursive: true });
  await run("zip", ["-q", "-r", join(folder, target), "."], { cwd: source });
}

async function put(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

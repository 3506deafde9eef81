import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "yaml";
import type { Origin } from "./origin.ts";
import { assetFiles } from "./stage-command.ts";

export interface Packing {
  readonly root: string;
  /** Empty folder for temporary files. */
  readonly scratch: string;
  readonly target: string;
  readonly version: string;
  /** Time of all files in an archive, so that the same files give the same bytes. */
  readonly epochSeconds: number;
}

/** Packs the files of the Compose project, in the folders in which they refer to each other. Returns the archive. */
export function packCompose(packing: Packing): string {
  const patterns = ["compose/{*.yaml,*.env,Caddyfile}", "seccomp/tembo.json"];
  return packFolder(packing, "deploy", { patterns, archive: `tembo-compose-${packing.version}.tar.gz` });
}

/** Packs the Helm chart as `helm package` does. Returns the archive. Throws if the chart has another version. */
export function packChart(packing: Packing): string {
  const { root, version } = packing;
  const chart = parse(readFileSync(join(root, "deploy/helm/tembo/Chart.yaml"), "utf8"));
  for (const name of ["version", "appVersion"])
    if (chart[name] !== version)
      throw new Error(`${name} in deploy/helm/tembo/Chart.yaml must be ${version}, but is ${chart[name]}.`);
  return packFolder(packing, "deploy/helm", { patterns: ["tembo/**"], archive: `tembo-${version}.tgz` });
}

/** Writes the installer with the addresses of the release. Returns the file. */
export function writeInstaller({ root, target }: Packing, { files, image }: Origin): string {
  const text = readFileSync(join(root, "deploy/install.sh"), "utf8");
  const path = join(target, "install.sh");
  writeFileSync(path, setLine(setLine(text, "release_url", files), "release_image", image));
  chmodSync(path, 0o755);
  return path;
}

function setLine(text: string, name: string, value: string): string {
  const parts = text.split(`\n${name}=''\n`);
  if (parts.length !== 2) throw new Error(`deploy/install.sh must have one line ${name}=''.`);
  return parts.join(`\n${name}='${value}'\n`);
}

interface Content {
  readonly patterns: readonly string[];
  readonly archive: string;
}

function packFolder(
  { root, scratch, target, epochSeconds }: Packing,
  folder: string,
  { patterns, archive }: Content,
): string {
  const names = assetFiles(join(root, folder), patterns);
  const staged = join(scratch, archive);
  for (const name of names) {
    mkdirSync(dirname(join(staged, name)), { recursive: true });
    cpSync(join(root, folder, name), join(staged, name));
  }
  const options = ["--sort=name", `--mtime=@${epochSeconds}`, "--owner=0", "--group=0", "--numeric-owner"];
  const modes = ["--mode=u=rwX,go=rX", "--format=gnu"];
  const tops = [...new Set(names.map((name) => name.split("/")[0]!))].sort();
  const tar = execFileSync("tar", ["--create", ...options, ...modes, "--directory", staged, ...tops]);
  const path = join(target, archive);
  // gzipSync writes no file name and no time, so equal files result in equal archives.
  writeFileSync(path, gzipSync(tar, { level: 9 }));
  return path;
}

import {
  access,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import type { GitRemote, HostGitCommand, SpawnGit } from "../../../core/forges/index.ts";
import { isNothing } from "./decide-push.ts";
import type { PushCommand } from "./push-request.ts";

export interface PackCheckOptions {
  readonly spawnGit: SpawnGit;
  /** Folder in which the checks of this repository store their files. */
  readonly path: string;
  readonly mirrorPath: string;
  readonly maxPackBytes: number;
  remote(): Promise<GitRemote>;
}

export interface PackCheck {
  /**
   * Returns null if the pack is valid and the push creates the branch or the new commit builds on the old one, or else the reason as text for
   * users. Must be called for one pack at a time. Stores a valid pack for the next check, because the mirror receives the pack only later.
   */
  check(packPath: string, command: PushCommand, signal: AbortSignal): Promise<string | null>;
}

const checkWithinMs = 10 * 60_000;

/**
 * Checks pushes in separate repositories, so that a check does not find unrelated objects by accident. `kept` contains the objects that earlier
 * pushes and fetches added to those in the mirror. It is deleted if its packs exceed `maxPackBytes`. Each push uses a temporary repository.
 */
export function createPackCheck(options: PackCheckOptions): PackCheck {
  const { path, mirrorPath, maxPackBytes, spawnGit } = options;
  const kept = join(path, "kept.git");
  const run = async (command: Omit<HostGitCommand, "timeLimitMs">, signal: AbortSignal) => {
    const git = spawnGit({ timeLimitMs: checkWithinMs, ...command }, signal);
    git.stdin?.end();
    git.stdout.resume();
    return git.exited;
  };
  const refresh = async (signal: AbortSignal) => {
    const remote = await options.remote();
    const args = [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      "--no-auto-maintenance",
      "--prune",
    ];
    const refs = ["+refs/heads/*:refs/upstream/*"];
    await run({ gitDir: kept, remote, args, refs }, signal);
  };
  return {
    async check(packPath, command, signal) {
      const shaLength = command.newSha.length;
      if (await isLargerThan(kept, maxPackBytes)) await rm(kept, { recursive: true, force: true });
      if (!(await exists(kept))) await makeRepository(kept, [mirrorPath], shaLength);
      await copyShallow(mirrorPath, kept);
      const incoming = await mkdtemp(join(path, "incoming-"));
      const gitDir = join(incoming, "git");
      try {
        await makeRepository(gitDir, [kept, mirrorPath], shaLength);
        await copyShallow(mirrorPath, gitDir);
        let found = await indexAndCompare();
        if (found === "unknown history" || found.startsWith("the pack")) {
          // The pack may build on commits that neither the mirror nor `kept` has yet.
          await refresh(signal);
          found = await indexAndCompare();
        }
        if (found === "sound") {
          await keepPacks(gitDir, kept);
          return null;
        }
        return found === "unknown history"
          ? "the branch contains commits that the session does not have: fetch, build on them and push again"
          : found;
      } finally {
        await rm(incoming, { recursive: true, force: true });
      }

      async function indexAndCompare(): Promise<string> {
        const pack = await open(packPath, "r");
        try {
          const args = [
            "index-pack",
            "--strict",
            "--fix-thin",
            "--stdin",
            `--max-input-size=${maxPackBytes}`,
          ];
          const { code, stderr } = await run({ gitDir, args, stdin: pack.fd }, signal);
          if (code !== 0) return `the pack is not valid: ${lastLine(stderr)}`;
        } finally {
          await pack.close();
        }
        if (isNothing(command.oldSha)) return "sound";
        const args = ["merge-base", "--is-ancestor", "--end-of-options", command.oldSha, command.newSha];
        const { code } = await run({ gitDir, args }, signal);
        if (code === 0) return "sound";
        if (code === 1)
          return "non-fast-forward: the push would remove commits from the branch; build on them instead of replacing them";
        return "unknown history";
      }
    },
  };
}

/** Creates a bare repository with these alternates. Writes only the files that git requires (gitrepository-layout(5)). */
async function makeRepository(path: string, alternates: readonly string[], shaLength: number): Promise<void> {
  for (const folder of ["objects/info", "objects/pack", "refs"])
    await mkdir(join(path, folder), { recursive: true, mode: 0o700 });
  const objects = alternates.map((other) => `${join(other, "objects")}\n`).join("");
  await writeFile(join(path, "objects/info/alternates"), objects);
  const format =
    shaLength === 64 ? "1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256" : "0\n\tbare = true";
  await writeFile(join(path, "config"), `[core]\n\trepositoryformatversion = ${format}\n`);
  await writeFile(join(path, "HEAD"), "ref: refs/heads/none\n");
}

/** Copies the mirror's shallow boundary, if any. A repository with a shallow mirror as an alternate must also be shallow. */
async function copyShallow(mirrorPath: string, path: string): Promise<void> {
  const from = join(mirrorPath, "shallow");
  if (await exists(from)) await copyFile(from, join(path, "shallow"));
}

async function keepPacks(from: string, to: string): Promise<void> {
  const names = (await readdir(join(from, "objects/pack"))).filter((name) =>
    /\.(?:pack|rev|idx)$/.test(name),
  );
  // Moves the index last, because git finds a pack by its index.
  for (const name of names.sort((a, b) => Number(a.endsWith(".idx")) - Number(b.endsWith(".idx"))))
    await rename(join(from, "objects/pack", name), join(to, "objects/pack", name));
}

async function isLargerThan(repository: string, maxBytes: number): Promise<boolean> {
  const folder = join(repository, "objects/pack");
  if (!(await exists(folder))) return false;
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
  return bytes > maxBytes;
}

const lastLine = (stderr: string) =>
  stderr.trim().split("\n").at(-1)?.slice(-300) || "git printed no message";

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

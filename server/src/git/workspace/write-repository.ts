import { chmodSync, lchownSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface RepositoryFiles {
  readonly isBare: boolean;
  readonly branch: string;
  /** Object folders to list in `info/alternates`. Paths are absolute or relative to the `objects` folder, as in git. */
  readonly alternates: readonly string[];
  /** Commits, by full ref name. */
  readonly refs?: ReadonlyMap<string, string>;
  /** Additional sections of the configuration, as text. */
  readonly config?: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Owner of the files. If null, the files belong to the server's user. */
  readonly owner: Owner | null;
}

/**
 * Writes the skeleton of a repository (gitrepository-layout(5)) without starting a process. The result is the same as with `git init` or
 * `git clone --shared`. Every user on the machine can read all files, because sandboxes run as separate users. Synchronous, because a dozen
 * small files take 1 ms, compared to 20 ms in the thread pool.
 */
export function writeRepository(path: string, repository: RepositoryFiles): void {
  for (const directory of ["", "objects/info", "objects/pack", "refs/heads", "refs/tags"])
    makeDirectory(path, directory, repository.owner);
  const files: Record<string, string | Uint8Array> = {
    HEAD: `ref: refs/heads/${repository.branch}\n`,
    config: `[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = ${repository.isBare}\n${
      repository.isBare ? "\tsharedRepository = 0644\n" : "\tlogallrefupdates = true\n"
    }${repository.config ?? ""}`,
    "objects/info/alternates": repository.alternates.map((objects) => `${objects}\n`).join(""),
    "packed-refs": [...(repository.refs ?? [])].map(([name, sha]) => `${sha} ${name}\n`).join(""),
    ...repository.files,
  };
  for (const [name, content] of Object.entries(files)) {
    makeDirectory(path, dirname(name), repository.owner);
    const file = join(path, name);
    writeFileSync(file, content, { flag: "wx" });
    chmodSync(file, 0o644);
    give(file, repository.owner);
  }
}

/** Changes the owner of a file. Does nothing if the server is not root or `owner` is null. Never follows a symbolic link. */
export function give(path: string, owner: Owner | null): void {
  if (owner && process.getuid?.() === 0) lchownSync(path, owner.uid, owner.gid);
}

/** Returns the value in quotes, as git's configuration requires. */
export const configValue = (value: string) => `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

function makeDirectory(root: string, name: string, owner: Owner | null): void {
  const steps = name === "" || name === "." ? [] : name.split("/");
  for (let depth = 0; depth <= steps.length; depth++) {
    const path = join(root, ...steps.slice(0, depth));
    try {
      mkdirSync(path, { recursive: depth === 0 });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw cause;
    }
    chmodSync(path, 0o755);
    give(path, owner);
  }
}

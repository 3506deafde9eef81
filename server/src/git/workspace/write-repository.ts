import { chmodSync, lchownSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface RepositoryFiles {
  readonly isBare: boolean;
  readonly branch: string;
  /** Repositories whose objects are read, never written: as git finds them, from the `objects` folder or by their full path. */
  readonly alternates: readonly string[];
  /** Full name and commit. */
  readonly refs?: ReadonlyMap<string, string>;
  /** Further sections of the configuration, as text. */
  readonly config?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Whom the files are given to; null leaves them with the server. */
  readonly owner: Owner | null;
}

/**
 * Writes a repository's skeleton (gitrepository-layout(5)), the same that `git init` and `git clone --shared` would leave, without
 * starting a process. Everything can be read by every user of the machine: sandboxes run as one of their own.
 * Synchronous: a dozen tiny files take 1 ms so, and 20 ms by way of the thread pool.
 */
export function writeRepository(path: string, repository: RepositoryFiles): void {
  for (const directory of ["", "objects/info", "objects/pack", "refs/heads", "refs/tags"])
    makeDirectory(path, directory, repository.owner);
  const files: Record<string, string> = {
    HEAD: `ref: refs/heads/${repository.branch}\n`,
    config: `[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = ${repository.isBare}\n${
      repository.isBare ? "\tsharedRepository = 0644\n" : "\tlogallrefupdates = true\n"
    }${repository.config ?? ""}`,
    "objects/info/alternates": repository.alternates.map((objects) => `${objects}\n`).join(""),
    "packed-refs": [...(repository.refs ?? [])].map(([name, sha]) => `${sha} ${name}\n`).join(""),
    ...repository.files,
  };
  for (const [name, text] of Object.entries(files)) {
    makeDirectory(path, dirname(name), repository.owner);
    const file = join(path, name);
    writeFileSync(file, text, { flag: "wx" });
    chmodSync(file, 0o644);
    give(file, repository.owner);
  }
}

/** Gives a file to its owner, which only root can and needs to. Never follows a symbolic link. */
export function give(path: string, owner: Owner | null): void {
  if (owner && process.getuid?.() === 0) lchownSync(path, owner.uid, owner.gid);
}

/** A value of git's configuration, quoted. */
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

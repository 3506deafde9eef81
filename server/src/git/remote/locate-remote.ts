import { existsSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { AppError } from "../../core/base/index.ts";
import { type GitRemote, type HttpsRemote, localRepositoryPath } from "../../core/forges/index.ts";

/** A remote as git is given it. Only `locateRemote` makes folders. */
export type LocatedRemote =
  | { readonly kind: "folder"; readonly path: string; readonly name: string }
  | HttpsRemote;

/** Each would make git read another repository's objects or configuration. */
const leadingElsewhere = ["objects/info/alternates", "objects/info/http-alternates", "commondir"];

/**
 * Finds the folder of a repository of the built-in forge. Throws `git_failed` unless it really lies at its place below the data folder,
 * and for one that leads elsewhere: the forge makes neither links nor repositories that borrow objects.
 */
export function locateRemote(remote: GitRemote, dataDir: string): LocatedRemote {
  if (remote.kind === "https") return remote;
  const name = `${remote.owner}/${remote.name}`;
  const path = localRepositoryPath(dataDir, remote.owner, remote.name);
  if (path === null || !existsSync(path))
    throw new AppError("git_failed", `The repository ${name} is not on the built-in forge. Create it first.`);
  const root = realpathSync(dataDir);
  if (relative(root, realpathSync(path)) !== relative(dataDir, path))
    throw new AppError("git_failed", `The repository ${name} does not lie in the built-in forge's folder.`);
  if (leadingElsewhere.some((file) => existsSync(join(path, file))))
    throw new AppError(
      "git_failed",
      `The repository ${name} borrows objects of another repository, so it is not used.`,
    );
  return { kind: "folder", path, name };
}

/** What a command with this remote has to reach. */
export function foldersOfRemote(remote: LocatedRemote | undefined, verb: string) {
  if (remote === undefined) return {};
  if (remote.kind === "https") return { needsNetwork: true };
  const isWritten = verb === "push" || verb === "receive-pack";
  return { folders: { [isWritten ? "write" : "read"]: [remote.path] } };
}

/** What git takes as the repository's address. */
export const addressOf = (remote: LocatedRemote) => (remote.kind === "folder" ? remote.path : remote.url);

/**
 * Git starts the other end of a local transport without the settings of its own environment, so they are repeated: the folder may
 * belong to another user, and no program that a repository's configuration names is run.
 */
export function serverProgram(remote: LocatedRemote, verb: "upload-pack" | "receive-pack"): string[] {
  if (remote.kind !== "folder") return [];
  return [`--${verb}=git ${serverConfig.map((setting) => `-c ${setting}`).join(" ")} ${verb}`];
}

const serverConfig = [
  "safe.directory=*",
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  // A repository of the built-in forge borrows no objects.
  "core.alternateRefsCommand=true",
];

import { existsSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { AppError } from "../../core/base/index.ts";
import { type GitRemote, type HttpsRemote, localRepositoryPath } from "../../core/forges/index.ts";

/** Remote in the form that git needs. Apart from tests, only `locateRemote` creates the folder variant. */
export type LocatedRemote =
  | { readonly kind: "folder"; readonly path: string; readonly name: string }
  | HttpsRemote;

/** Files with which git would read another repository's objects or configuration. */
const leadingElsewhere = ["objects/info/alternates", "objects/info/http-alternates", "commondir"];

/**
 * Finds a repository's folder in the built-in forge. Returns an HTTPS remote unchanged. Throws `git_failed` if the folder is missing or its
 * path contains a link, or if the repository would read objects or configuration from another repository. The forge itself creates neither
 * links nor such repositories.
 */
export function locateRemote(remote: GitRemote, dataDir: string): LocatedRemote {
  if (remote.kind === "https") return remote;
  const name = `${remote.owner}/${remote.name}`;
  const path = localRepositoryPath(dataDir, remote.owner, remote.name);
  if (path === null || !existsSync(path))
    throw new AppError("git_failed", `The repository ${name} is not on the built-in forge. Create it first.`);
  const root = realpathSync(dataDir);
  if (relative(root, realpathSync(path)) !== relative(dataDir, path))
    throw new AppError(
      "git_failed",
      `The folder of the repository ${name} on the built-in forge contains a link in its path. Replace the link with the folder.`,
    );
  if (leadingElsewhere.some((file) => existsSync(join(path, file))))
    throw new AppError(
      "git_failed",
      `The repository ${name} uses the objects or the configuration of another repository, which Tembo does not allow. Replace it with a full clone.`,
    );
  return { kind: "folder", path, name };
}

/** Returns the folders, or the network access, that a command with this remote needs. */
export function foldersOfRemote(remote: LocatedRemote | undefined, verb: string) {
  if (remote === undefined) return {};
  if (remote.kind === "https") return { needsNetwork: true };
  const isWritten = verb === "push" || verb === "receive-pack";
  return { folders: { [isWritten ? "write" : "read"]: [remote.path] } };
}

/** Returns the path or URL under which git accesses the remote. */
export const remoteAddress = (remote: LocatedRemote) => (remote.kind === "folder" ? remote.path : remote.url);

/**
 * Returns the option that starts the other end of a local transport, or no option for other transports. Git does not pass the settings in its
 * environment to that process, so the option repeats the settings that it needs. They allow a folder that another user owns, and prevent the
 * repository's configuration from running programs.
 */
export function serverProgram(remote: LocatedRemote, verb: "upload-pack" | "receive-pack"): string[] {
  if (remote.kind !== "folder") return [];
  return [`--${verb}=git ${serverConfig.map((setting) => `-c ${setting}`).join(" ")} ${verb}`];
}

const serverConfig = [
  "safe.directory=*",
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  // Repositories of the built-in forge have no alternates.
  "core.alternateRefsCommand=true",
];

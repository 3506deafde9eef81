import type { HttpsRemote } from "../../core/forges/index.ts";
import type { LocatedRemote } from "../remote/locate-remote.ts";

export interface GitSetting {
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  /** File to read instead of the repository's own shallow file. If the file does not exist, the history counts as complete. */
  readonly shallowFile?: string;
  readonly remote?: LocatedRemote;
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Returns the complete environment of host git. The environment excludes the configuration of the machine, its users and workspaces. */
export function gitEnvironment(setting: GitSetting): Record<string, string> {
  const env: Record<string, string> = {
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    GIT_SSH_COMMAND: "/bin/false",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_GRAFT_FILE: "/dev/null",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_ALLOW_PROTOCOL: transportOf(setting.remote),
    // Without GIT_DIR, git would search for a repository, starting at its working folder.
    GIT_DIR: setting.gitDir ?? "/nonexistent",
    ...(setting.workTree ? { GIT_WORK_TREE: setting.workTree } : {}),
    ...(setting.indexFile ? { GIT_INDEX_FILE: setting.indexFile } : {}),
    ...(setting.shallowFile ? { GIT_SHALLOW_FILE: setting.shallowFile } : {}),
  };
  const more = Object.entries({ ...credentialConfig(setting.remote), ...setting.config });
  env.GIT_CONFIG_COUNT = String(protectedCount + more.length);
  return { ...env, ...protectedVariables, ...configVariables(more, protectedCount), ...setting.env };
}

/** Removes the credential, and any user information in URLs, from git's output. */
export function redact(text: string, remote: LocatedRemote | undefined): string {
  text = text.replaceAll(/(https?:\/\/)[^\s/@]+@/g, "$1");
  if (remote?.kind !== "https" || !remote.credential) return text;
  for (const secret of [basic(remote.credential), remote.credential.password])
    if (secret !== "") text = text.replaceAll(secret, "***");
  return text;
}

/** Configuration that protects against workspaces and remotes. It takes precedence over every configuration file. */
const protectedConfig: Readonly<Record<string, string>> = {
  // Run no programs.
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.sshCommand": "/bin/false",
  "core.askPass": "/bin/false",
  "core.pager": "cat",
  "core.editor": "/bin/false",
  "credential.helper": "",
  "commit.gpgSign": "false",
  "push.gpgSign": "false",
  "gpg.program": "/bin/false",
  "protocol.ext.allow": "never",
  // Prevents git from running a command from the repository's own configuration. This command has the same effect as git's default.
  "core.alternateRefsCommand": "refs() { git --git-dir=\"$1\" for-each-ref --format='%(objectname)'; }; refs",
  "core.alternateRefsPrefixes": "",
  // Access no other locations.
  "http.sslVerify": "true",
  "core.attributesFile": "/dev/null",
  "core.excludesFile": "/dev/null",
  "submodule.recurse": "false",
  "fetch.recurseSubmodules": "false",
  "push.recurseSubmodules": "no",
  "safe.directory": "*",
  "safe.bareRepository": "explicit",
  // Reject names that other systems treat as `.git`, because the work is also checked out on such systems.
  "core.protectHFS": "true",
  "core.protectNTFS": "true",
  // Start nothing in the background, and limit memory.
  "core.untrackedCache": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "advice.addEmbeddedRepo": "false",
  // GIT_GRAFT_FILE triggers this hint, and clients that push through the git proxy would receive it.
  "advice.graftFileDeprecated": "false",
  "core.bigFileThreshold": "32m",
  "core.packedGitWindowSize": "64m",
  "core.packedGitLimit": "1g",
  "pack.windowMemory": "256m",
  "pack.deltaCacheSize": "64m",
  "pack.threads": "2",
  // Stores received objects in a single pack.
  "transfer.unpackLimit": "1",
};

const protectedCount = Object.keys(protectedConfig).length;
/** Built once, because each question to a repository needs an environment. */
const protectedVariables = configVariables(Object.entries(protectedConfig), 0);

/** Returns the variables that git reads settings from (git-config(1), "GIT_CONFIG_COUNT"), numbered from `first`. If a setting has several values, the last one applies. */
function configVariables(
  settings: readonly (readonly [string, string])[],
  first: number,
): Record<string, string> {
  return Object.fromEntries(
    settings.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${first + index}`, key],
      [`GIT_CONFIG_VALUE_${first + index}`, value],
    ]),
  );
}

/** Returns the only transport that git may use: the remote's transport, or "none" if there is no remote. */
function transportOf(remote: LocatedRemote | undefined): string {
  if (remote === undefined) return "none";
  return remote.kind === "folder" ? "file" : new URL(remote.url).protocol.slice(0, -1);
}

function credentialConfig(remote: LocatedRemote | undefined): Record<string, string> {
  if (remote?.kind !== "https") return {};
  return {
    ...(remote.credential && {
      [`http.${remote.url}.extraHeader`]: `Authorization: Basic ${basic(remote.credential)}`,
    }),
    // Git would send the authorization header to any redirect target, and a public forge must not redirect git to a private host.
    // `followMove` finds the new URL of a repository that moved on the same host.
    "http.followRedirects": "false",
  };
}

const basic = ({ username, password }: NonNullable<HttpsRemote["credential"]>) =>
  Buffer.from(`${username}:${password}`).toString("base64");

import type { HttpsRemote } from "../../core/forges/index.ts";
import type { LocatedRemote } from "../remote/locate-remote.ts";

export interface GitSetting {
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  /** Read instead of the repository's own; one that is missing means a whole history. */
  readonly shallowFile?: string;
  readonly remote?: LocatedRemote;
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole environment of host git: nothing of the machine's, a person's or a workspace's configuration reaches it. */
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
    // Without one git would look for a repository in the folder it stands in.
    GIT_DIR: setting.gitDir ?? "/nonexistent",
    ...(setting.workTree ? { GIT_WORK_TREE: setting.workTree } : {}),
    ...(setting.indexFile ? { GIT_INDEX_FILE: setting.indexFile } : {}),
    ...(setting.shallowFile ? { GIT_SHALLOW_FILE: setting.shallowFile } : {}),
  };
  const entries = Object.entries({
    ...protectedConfig,
    ...credentialConfig(setting.remote),
    ...setting.config,
  });
  env.GIT_CONFIG_COUNT = String(entries.length);
  for (const [index, [key, value]] of entries.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return { ...env, ...setting.env };
}

/** Strikes the credential, and whatever stands before the host of a URL, out of what git said. */
export function redact(text: string, remote: LocatedRemote | undefined): string {
  text = text.replaceAll(/(https?:\/\/)[^\s/@]+@/g, "$1");
  if (remote?.kind !== "https" || !remote.credential) return text;
  for (const secret of [basic(remote.credential), remote.credential.password])
    if (secret !== "") text = text.replaceAll(secret, "***");
  return text;
}

/** Holds whatever a workspace or a remote might bring along; stands above every configuration file. */
const protectedConfig: Readonly<Record<string, string>> = {
  // Nothing that is a program.
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
  // Git would take a command from the repository's own configuration. This one is what git does without any.
  "core.alternateRefsCommand": "refs() { git --git-dir=\"$1\" for-each-ref --format='%(objectname)'; }; refs",
  "core.alternateRefsPrefixes": "",
  // Nothing that leads elsewhere.
  "http.sslVerify": "true",
  "core.attributesFile": "/dev/null",
  "core.excludesFile": "/dev/null",
  "submodule.recurse": "false",
  "fetch.recurseSubmodules": "false",
  "push.recurseSubmodules": "no",
  "safe.directory": "*",
  "safe.bareRepository": "explicit",
  // Names that other systems take for `.git`: the work is checked out there too.
  "core.protectHFS": "true",
  "core.protectNTFS": "true",
  // Nothing in the background, and nothing that takes all of the memory.
  "core.untrackedCache": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "advice.addEmbeddedRepo": "false",
  // GIT_GRAFT_FILE alone brings this one on, and whoever pushes through the git door would read it.
  "advice.graftFileDeprecated": "false",
  "core.bigFileThreshold": "32m",
  "core.packedGitWindowSize": "64m",
  "core.packedGitLimit": "1g",
  "pack.windowMemory": "256m",
  "pack.deltaCacheSize": "64m",
  "pack.threads": "2",
  // What arrives stays the one pack that it came as.
  "transfer.unpackLimit": "1",
};

/** The one way git may reach a repository: that of the remote it was given, and none without. */
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
    // The header would go along to wherever the remote points, and a public forge must not lead git to a private one. `followMove`
    // follows where a repository has moved to on its host.
    "http.followRedirects": "false",
  };
}

const basic = ({ username, password }: NonNullable<HttpsRemote["credential"]>) =>
  Buffer.from(`${username}:${password}`).toString("base64");

import { text } from "node:stream/consumers";
import { startGit } from "../git-process.ts";
import { configureHostGit, whyUnconfined } from "../host-git.ts";

/** A separate program, because it runs as another user: git of a server without root that is made to run a script. Prints the result as JSON. */
const { dataDir, repository, proxySocketPath, isConfined, needsNetwork, script } = JSON.parse(
  process.argv[2]!,
) as {
  readonly dataDir: string;
  readonly repository: string;
  readonly proxySocketPath: string;
  readonly isConfined: boolean;
  readonly needsNetwork: boolean;
  readonly script: string;
};
await configureHostGit({ dataDir, user: null, proxySocketPath, isConfined });
const env = {
  PATH: "/usr/bin:/bin",
  HOME: "/nonexistent",
  GIT_DIR: repository,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  LC_ALL: "C",
};
const args = ["-c", `alias.planted=!(${script}) 2>&1`, "planted"];
const git = startGit(
  { args, env, stdin: "ignore", needsNetwork, timeLimitMs: 60_000 },
  new AbortController().signal,
);
const [output, words] = await Promise.all([text(git.child.stdout), text(git.child.stderr), git.exited]);
console.log(JSON.stringify({ why: await whyUnconfined(), printed: output + words }));
process.exit();

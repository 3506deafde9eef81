import { text } from "node:stream/consumers";
import { startGit } from "../git-process.ts";
import { configureHostGit, whyUnconfined } from "../host-git.ts";
import { plantedCommand } from "./planted-command.ts";

/**
 * Runs a script through the git of a server that is not root. Prints the result as JSON. This is a separate program, because it must run as
 * another user.
 */
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
const git = startGit(
  { ...plantedCommand(repository, script), stdin: "ignore", needsNetwork, timeLimitMs: 60_000 },
  new AbortController().signal,
);
const [output, words] = await Promise.all([text(git.child.stdout), text(git.child.stderr), git.exited]);
console.log(JSON.stringify({ why: await whyUnconfined(), printed: output + words }));
process.exit();

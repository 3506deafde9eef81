import { basename, resolve } from "node:path";
import { ConflictError, type Repository, type Tembo } from "@tembo-io/sdk";
import { Option } from "commander";
import { answerList } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError, UsageError } from "../../failure.ts";
import { requireHttpUrl } from "../../http-url.ts";
import { withReason } from "../../sentence.ts";
import { shellWord } from "../../shell-word.ts";
import { styled } from "../../terminal.ts";
import { disableRepository, enableRepository } from "./enable-repository.ts";
import { findRepository } from "./find-repository.ts";
import { askGit, gitHere, lastWords, pushBranches } from "./git.ts";
import { removeRepository } from "./remove-repository.ts";
import { setRepository } from "./set-repository.ts";

interface AddOptions {
  readonly owner: string;
  readonly name?: string;
  readonly description?: string;
}

export function addRepoCommands({ program, runs }: Registry): void {
  const repo = program.command("repo").description("manage the repositories that sessions can use");
  repo
    .command("add")
    .description("push a local repository to the server's built-in forge, with all branches and tags")
    .argument("<path>", "path of the git repository")
    .option("--owner <owner>", "owner, the first part of the name", "local")
    .option("--name <name>", "name, the second part (default: the folder name)")
    .option("--description <text>", "description of the repository")
    .action(runs(add));
  repo
    .command("list")
    .description("list the repositories that sessions can use")
    .option("--all", "include repositories that are not enabled")
    .action(runs(list));
  repo
    .command("enable")
    .description("enable an integration's repository for sessions, and create its webhook")
    .argument("<repository>", "owner/name or ID")
    .action(runs(enableRepository));
  repo
    .command("disable")
    .description("disable a repository for sessions")
    .argument("<repository>", "owner/name or ID")
    .action(runs(disableRepository));
  repo
    .command("set")
    .description("change a repository's settings")
    .argument("<repository>", "owner/name or ID")
    .option("--label <labels...>", 'labels for new pull requests, or "none"')
    .option("--reviewer <logins...>", 'reviewers of new pull requests, or "none"')
    .addOption(
      new Option("--fix-checks <switch>", "whether sessions fix failing checks").choices([
        "on",
        "off",
        "default",
      ]),
    )
    .option("--base <branch>", 'branch that sessions start from, or "default"')
    .action(runs(setRepository));
  repo
    .command("remove")
    .description("remove a repository from the server's built-in forge")
    .argument("<repository>", "owner/name or ID")
    .option("--delete-data", "also delete the repository's git data, which cannot be undone")
    .action(runs(removeRepository));
}

async function add(cli: Cli, path: string, options: AddOptions): Promise<Outcome> {
  const client = cli.client();
  const { isEmpty, branch } = await inspect(cli.env, path);
  const name = options.name ?? nameOf(path);
  if (options.name === undefined) announceName(cli, path, name);
  const progress = cli.isJson ? null : cli.terminal.progress();
  let repository: Repository;
  try {
    progress?.show(`Creating ${options.owner}/${name}`);
    repository = await createOrFind(client, options.owner, name, options.description, branch);
    if (!isEmpty) {
      progress?.show(`Pushing the branches and tags of ${path}`);
      const url = requireHttpUrl(repository.url, "push URL");
      await pushBranches(cli.env, { path: resolve(path), url, apiKey: cli.access().apiKey, branch });
    }
  } finally {
    progress?.clear();
  }
  if (cli.isJson) cli.terminal.json(repository);
  else if (!cli.terminal.isInteractive) cli.terminal.line(repository.url);
  else {
    cli.terminal.line(
      styled("bold", `${repository.owner}/${repository.name}`),
      ` is available at ${repository.url}`,
    );
    cli.terminal.hint(`tembo session create "..." --repo ${repository.owner}/${repository.name}`);
  }
  return 0;
}

/**
 * Returns the checked-out branch, from which sessions will start, and whether the repository has no branches yet.
 * Throws `CommandError` if `path` is not a git repository or is a shallow clone, no branch is checked out or the branch
 * has no commits although others have.
 */
async function inspect(env: NodeJS.ProcessEnv, path: string): Promise<{ isEmpty: boolean; branch: string }> {
  const place = await gitHere(env, ["-C", path, "rev-parse", "--git-dir"]);
  if (place.status !== 0) {
    throw new CommandError(
      withReason(`${path} is not a readable git repository`, lastWords(place.stderr)),
      'run "tembo repo add PATH" with the path of a clone.',
    );
  }
  // Checks for a shallow clone before creating the repository, because servers reject a shallow history.
  const shallow = await askGit(env, ["-C", path, "rev-parse", "--is-shallow-repository"]);
  if (shallow?.trim() === "true") {
    throw new CommandError(
      `${path} is a shallow clone, which cannot be pushed because its history is incomplete.`,
      `run "git -C ${shellWord(path)} fetch --unshallow", then run "tembo repo add" again.`,
    );
  }
  const branch = (await askGit(env, ["-C", path, "symbolic-ref", "--short", "--quiet", "HEAD"]))?.trim();
  if (!branch) {
    throw new CommandError(
      `No branch is checked out in ${path}, so the base branch is unknown.`,
      `git -C ${shellWord(path)} switch BRANCH`,
    );
  }
  const heads = await askGit(env, ["-C", path, "for-each-ref", "--format=%(refname)", "refs/heads"]);
  const refs = (heads ?? "").split("\n").filter(Boolean);
  if (refs.length > 0 && !refs.includes(`refs/heads/${branch}`)) {
    throw new CommandError(
      `The branch ${branch} in ${path} has no commits yet.`,
      "create a commit, or switch to a branch that has one.",
    );
  }
  return { isEmpty: refs.length === 0, branch };
}

const folderName = (path: string) => basename(resolve(path)).replace(/\.git$/i, "");

/** Prints the repository name if it differs from the folder name, because the API rejects the folder name. */
function announceName(cli: Cli, path: string, name: string): void {
  const folder = folderName(path);
  if (folder !== name)
    cli.terminal.note(
      `The repository is named "${name}", because "${folder}" is not a valid repository name. Use --name to choose another name.`,
    );
}

function nameOf(path: string): string {
  const name = folderName(path)
    .replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .replaceAll(/^[.-]+|\.+$/g, "")
    .slice(0, 100);
  if (name === "")
    throw new UsageError(
      `The folder name of ${path} cannot be used as a repository name.`,
      "set a name with --name.",
    );
  return name;
}

/**
 * Creates the repository. If the name already exists, for example because the push of an earlier attempt failed,
 * returns the existing repository.
 */
async function createOrFind(
  client: Tembo,
  owner: string,
  name: string,
  description: string | undefined,
  baseBranch: string,
): Promise<Repository> {
  try {
    return await client.repositories.create({ owner, name, baseBranch, ...(description && { description }) });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const existing = await findRepository(client, `${owner}/${name}`);
    if (existing === null) throw error;
    return existing;
  }
}

async function list(cli: Cli, { all }: { readonly all?: boolean }): Promise<Outcome> {
  const client = cli.client();
  const which = all === true ? { enabled: "all" as const } : {};
  return answerList(cli, (cursor) => client.repositories.list({ cursor, limit: 100, ...which }), {
    ID: ({ id }) => id,
    NAME: ({ owner, name }) => (owner === null ? name : `${owner}/${name}`),
    BRANCH: ({ baseBranch }) => baseBranch ?? "-",
    ...(all === true && { ENABLED: ({ enabledAt }: Repository) => (enabledAt === null ? "no" : "yes") }),
    URL: ({ url }) => url,
  });
}

import { basename, resolve } from "node:path";
import { ConflictError, type Repository, type Tembo } from "@tembo-io/sdk";
import { Option } from "commander";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { allPages } from "../../pages.ts";
import { printTable } from "../../table.ts";
import { styled } from "../../terminal.ts";
import { disableRepository, enableRepository } from "./enable-repository.ts";
import { findRepository } from "./find-repository.ts";
import { askGit, gitHere, lastWords, pushBranches, shellWord } from "./git.ts";
import { removeRepository } from "./remove-repository.ts";
import { setRepository } from "./set-repository.ts";

interface AddOptions {
  readonly owner: string;
  readonly name?: string;
  readonly description?: string;
}

/** `tembo repo add|list|enable|disable|set|remove`: repositories that sessions can work on. */
export function addRepoCommands({ program, runs }: Registry): void {
  const repo = program.command("repo").description("repositories");
  repo
    .command("add")
    .description("put a repository of this machine on the server's forge, with all its branches and tags")
    .argument("<path>", "a git repository")
    .option("--owner <owner>", "the first part of its name", "local")
    .option("--name <name>", "the second part (default: the folder's name)")
    .option("--description <text>", "what it is")
    .action(runs(add));
  repo
    .command("list")
    .description("list the repositories that sessions can use")
    .option("--all", "those that are not enabled as well")
    .action(runs(list));
  repo
    .command("enable")
    .description("let sessions use a repository of an integration, and make its webhook")
    .argument("<repository>", "owner/name or id")
    .action(runs(enableRepository));
  repo
    .command("disable")
    .description("keep a repository from sessions")
    .argument("<repository>", "owner/name or id")
    .action(runs(disableRepository));
  repo
    .command("set")
    .description("change what is set for one repository")
    .argument("<repository>", "owner/name or id")
    .option("--label <labels...>", 'labels of pull requests that sessions open, or "none"')
    .option("--reviewer <logins...>", 'who is asked to review them, or "none"')
    .addOption(
      new Option("--fix-checks <switch>", "whether failed checks are worked").choices([
        "on",
        "off",
        "default",
      ]),
    )
    .option("--base <branch>", 'what sessions start from, or "default"')
    .action(runs(setRepository));
  repo
    .command("remove")
    .description("remove a repository from the server's forge")
    .argument("<repository>", "owner/name or id")
    .option("--delete-data", "delete its git data too, which cannot be undone")
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
    progress?.show(`creating ${options.owner}/${name}`);
    repository = await createOrFind(client, options.owner, name, options.description, branch);
    if (!isEmpty) {
      progress?.show(`pushing the branches and tags of ${path}`);
      const url = checkedUrl(repository.url);
      await pushBranches(cli.env, { path: resolve(path), url, apiKey: cli.access().apiKey, branch });
    }
  } finally {
    progress?.clear();
  }
  if (cli.isJson) cli.terminal.json(repository);
  else if (!cli.terminal.isInteractive) cli.terminal.line(repository.url);
  else {
    cli.terminal.line(styled("bold", `${repository.owner}/${repository.name}`), ` is at ${repository.url}`);
    cli.terminal.hint(`tembo session create "..." --repo ${repository.owner}/${repository.name}`);
  }
  return 0;
}

/** Returns whether the repository is empty, and the checked-out branch, from which work starts. */
async function inspect(env: NodeJS.ProcessEnv, path: string): Promise<{ isEmpty: boolean; branch: string }> {
  const place = await gitHere(env, ["-C", path, "rev-parse", "--git-dir"]);
  if (place.status !== 0) {
    throw new CommandError(
      `${path} is no git repository that can be read: ${lastWords(place.stderr)}`,
      "tembo repo add PATH, with the folder of a clone.",
    );
  }
  // Servers reject a shallow history, so this is checked before the repository is created.
  const shallow = await askGit(env, ["-C", path, "rev-parse", "--is-shallow-repository"]);
  if (shallow?.trim() === "true") {
    throw new CommandError(
      `${path} is a shallow clone: it holds only a part of the history, which cannot be pushed.`,
      `git -C ${shellWord(path)} fetch --unshallow, and run "tembo repo add" again.`,
    );
  }
  const branch = (await askGit(env, ["-C", path, "symbolic-ref", "--short", "--quiet", "HEAD"]))?.trim();
  if (!branch) {
    throw new CommandError(
      `No branch is checked out in ${path}, so that it is unclear where work starts.`,
      `git -C ${JSON.stringify(path)} switch BRANCH`,
    );
  }
  const heads = await askGit(env, ["-C", path, "for-each-ref", "--format=%(refname)", "refs/heads"]);
  const refs = (heads ?? "").split("\n").filter(Boolean);
  if (refs.length > 0 && !refs.includes(`refs/heads/${branch}`)) {
    throw new CommandError(
      `The branch ${branch} of ${path} has no commit yet.`,
      "make a commit, or switch to a branch that has one.",
    );
  }
  return { isEmpty: refs.length === 0, branch };
}

const folderName = (path: string) => basename(resolve(path)).replace(/\.git$/i, "");

/** Announces the name if it differs from the folder's, since the API allows fewer characters. */
function announceName(cli: Cli, path: string, name: string): void {
  const folder = folderName(path);
  if (folder !== name)
    cli.terminal.note(
      `The folder "${folder}" becomes the repository "${name}"; --name chooses another name.`,
    );
}

function nameOf(path: string): string {
  const name = folderName(path)
    .replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .replaceAll(/^[.-]+|\.+$/g, "")
    .slice(0, 100);
  if (name === "")
    throw new CommandError(`The name of ${path} is no name for a repository.`, "give one with --name.");
  return name;
}

/** Creates the repository, or finds the one that an earlier attempt with a failed push left behind. */
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

/** git supports transports that run programs. The server must not select one of them. */
function checkedUrl(url: string): string {
  if (/^https?:\/\/[^-]/.test(url) && URL.canParse(url)) return url;
  throw new CommandError(`The server gave ${JSON.stringify(url)} to push to, which is no http or https URL.`);
}

async function list(cli: Cli, { all }: { readonly all?: boolean }): Promise<Outcome> {
  const client = cli.client();
  const which = all === true ? { enabled: "all" as const } : {};
  const items = await allPages((cursor) => client.repositories.list({ cursor, limit: 100, ...which }));
  if (cli.isJson) cli.terminal.json({ items });
  else {
    const state = (enabledAt: string | null) => (all === true ? [enabledAt === null ? "no" : "yes"] : []);
    printTable(
      cli.terminal,
      ["ID", "NAME", "BRANCH", ...(all === true ? ["ENABLED"] : []), "URL"],
      items.map(({ id, owner, name, baseBranch, enabledAt, url }) => [
        id,
        owner === null ? name : `${owner}/${name}`,
        baseBranch ?? "-",
        ...state(enabledAt),
        url,
      ]),
    );
  }
  return 0;
}

import type { ProjectCreateBody, ProjectUpdateBody, Tembo } from "@tembo-io/sdk";
import { maxProjectScriptLength, projectColors, projectIcons, projectSizes } from "@tembo-io/sdk";
import { type Command, InvalidArgumentError, Option } from "commander";
import { answer, answerSentence, suggest } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { readSmallFile } from "../../input/read-small-file.ts";
import { collect } from "../../options.ts";
import { shellWord } from "../../shell-word.ts";
import { requireRepository } from "../repo/enable-repository.ts";
import { getProject, which } from "./get-project.ts";
import { labelsOf } from "./labels.ts";
import { parseServices, type ServiceOptions } from "./project-services.ts";
import { parseSource, type SourceOptions } from "./project-source.ts";

/** Fields that a request to create and a request to update have in common. */
type ProjectBody = Omit<ProjectCreateBody, "name" | "sizes" | "runNow" | "schedule">;
type Size = (typeof projectSizes)[number];

/** Maximum size of a script in bytes. A character takes up to four bytes in UTF-8. */
const maxScriptBytes = 4 * maxProjectScriptLength;

interface Written extends SourceOptions, ServiceOptions {
  readonly description?: string;
  readonly icon?: NonNullable<ProjectCreateBody["icon"]>;
  readonly color?: NonNullable<ProjectCreateBody["color"]>;
  readonly size: readonly Size[];
  readonly repo: readonly string[];
  readonly baseBranch: readonly string[];
  readonly setupScript?: string;
  readonly startScript?: string;
  readonly instructions?: string;
  readonly user?: "user" | "root";
  readonly containers?: boolean;
  readonly dependencies?: boolean;
  readonly skills?: boolean;
  readonly refresh?: boolean;
  readonly defaultForRepositories?: boolean;
  readonly runsOn: readonly string[];
}

interface CreateOptions extends Written {
  readonly build?: boolean;
  readonly schedule?: string;
  readonly timeZone?: string;
}

interface UpdateOptions extends Written {
  readonly name?: string;
  readonly warm?: boolean;
}

export function addWriteCommands(project: Command, runs: Registry["runs"]): void {
  written(
    project
      .command("create")
      .description("create a project, which prepares the sandboxes of its sessions")
      .argument("<name>", "project name"),
  )
    .option("--build", "build the environment now")
    .option("--schedule <cron>", "build on a schedule: five cron fields")
    .option("--time-zone <zone>", "time zone of the schedule, such as Europe/Berlin (default: UTC)")
    .action(runs(create));
  written(
    project
      .command("update")
      .description(
        "change a project; omitted options stay unchanged, a list replaces the whole earlier one, and the next build uses the changes",
      )
      .argument("<project>", which),
  )
    .option("--name <name>", "new name")
    .option("--warm", "keep a copy of the environment ready for the next session")
    .option("--no-warm", "keep no copy of the environment ready")
    .action(runs(update));
}

function written(command: Command): Command {
  return command
    .option("--description <text>", "description; an empty text removes it")
    .addOption(new Option("--icon <icon>", "icon in the dashboard").choices(projectIcons))
    .addOption(new Option("--color <color>", "color in the dashboard").choices(projectColors))
    .addOption(
      new Option(
        "--size <size>",
        "sandbox size that sessions may choose; can be repeated; replaces all sizes",
      )
        .choices(projectSizes)
        .argParser(collectSize)
        .default([], "all for a new project"),
    )
    .option(
      "--repo <repository>",
      'owner/name; can be repeated; replaces all repositories; "none" removes all',
      collect,
      [],
    )
    .option(
      "--base-branch <repository=branch>",
      'branch to start from; can be repeated; replaces all base branches; "none" restores the defaults',
      collect,
      [],
    )
    .option("--machine", "build on the worker's own system")
    .option("--image <reference>", "build on an OCI image, such as debian:13")
    .option("--registry-secret <secret>", "secret with the registry's USER:PASSWORD; never enters a sandbox")
    .option("--registry <host>", "registry that receives the secret, with --dockerfile or --devcontainer")
    .option("--dockerfile <repository:path>", "build on a Dockerfile of a repository")
    .option("--target <stage>", "stage to build, with --dockerfile")
    .option("--build-arg <name=value>", "build argument, with --dockerfile; can be repeated", collect, [])
    .option("--devcontainer <repository:path>", "build on a devcontainer.json; the path is optional")
    .option("--setup-script <file>", "script that the build runs in /workspace; an empty file removes it")
    .option("--start-script <file>", "script that runs at each start of a sandbox; an empty file removes it")
    .option("--instructions <file>", "instructions for the agents; an empty file removes them")
    .option(
      "--service <name:port=command>",
      'program to run beside the agent; the port is optional; can be repeated; replaces all services; "none" removes all',
      collect,
      [],
    )
    .option("--services-file <file>", "JSON list of services, with all their fields; replaces all services")
    .addOption(
      new Option(
        "--user <user>",
        "user that runs programs; root has no privileges outside the sandbox",
      ).choices(["user", "root"]),
    )
    .option("--containers", "allow containers in sandboxes; requires the user root, and podman in the system")
    .option("--no-containers", "forbid containers in sandboxes")
    .option("--dependencies", "install the repositories' dependencies")
    .option("--no-dependencies", "install no dependencies")
    .option("--skills", "include the organization's skills (no effect yet)")
    .option("--no-skills", "do not include the organization's skills (no effect yet)")
    .option("--refresh", "build again when a lockfile or a base branch changes")
    .option("--no-refresh", "build only on request and on schedules")
    .option("--default-for-repositories", "use for sessions whose repositories all belong to the project")
    .option("--no-default-for-repositories", "use only if a session names the project, or by size")
    .option(
      "--runs-on <label>",
      'label that a machine must have; can be repeated; replaces all labels; "any" permits every machine',
      collect,
      [],
    );
}

/** Validates each value. commander's `choices` has no effect on options with a custom parser. */
function collectSize(value: string, before: readonly Size[]): Size[] {
  const size = projectSizes.find((one) => one === value);
  if (size === undefined) throw new InvalidArgumentError(`Allowed choices are ${projectSizes.join(", ")}.`);
  return [...before, size];
}

async function create(cli: Cli, name: string, options: CreateOptions): Promise<Outcome> {
  const { build, schedule, timeZone, size } = options;
  if (timeZone !== undefined && schedule === undefined)
    throw new UsageError("--time-zone has no effect without --schedule.", "add --schedule CRON.");
  const client = cli.client();
  const made = await client.projects.create({
    ...(await bodyOf(client, options)),
    name,
    sizes: size.length > 0 ? [...size] : [...projectSizes],
    ...(build && { runNow: true }),
    ...(schedule !== undefined && {
      schedule: { cron: schedule, ...(timeZone !== undefined && { timezone: timeZone }) },
    }),
  });
  return answer(cli, made, () => {
    const { project } = made;
    if (!cli.terminal.isInteractive) return cli.terminal.line(project.id);
    cli.terminal.line(`Created project ${project.name} (${project.id}).`);
    suggest(cli, `tembo project ${build ? "logs" : "build"} ${shellWord(project.name)} --follow`);
  });
}

async function update(cli: Cli, named: string, options: UpdateOptions): Promise<Outcome> {
  const { name, size, warm } = options;
  const client = cli.client();
  const body: ProjectUpdateBody = {
    ...(await bodyOf(client, options)),
    ...(name !== undefined && { name }),
    ...(size.length > 0 && { sizes: [...size] }),
    ...(warm !== undefined && { warmPoolEnabled: warm }),
  };
  if (Object.keys(body).length === 0)
    throw new UsageError("No change was specified.", "tembo project update --help");
  const { id } = await getProject(client, named);
  const project = await client.projects.update(id, body);
  answerSentence(cli, project, `Updated project ${project.name}.`);
  suggest(cli, `tembo project build ${shellWord(project.name)} --follow`);
  return 0;
}

async function bodyOf(client: Tembo, options: Written): Promise<Partial<ProjectBody>> {
  const { description, icon, color, repo, baseBranch, user, containers, dependencies } = options;
  const { skills, refresh, defaultForRepositories } = options;
  const source = await parseSource(client, options);
  const services = await parseServices(options);
  const scripts = await scriptsOf(options);
  const runsOn = labelsOf(options.runsOn);
  return {
    ...(description !== undefined && { description: description || null }),
    ...(icon !== undefined && { icon }),
    ...(color !== undefined && { color }),
    ...(repo.length > 0 && { codeRepositoryIds: isNone(repo) ? [] : await idsOf(client, repo) }),
    ...(baseBranch.length > 0 && {
      baseBranches: isNone(baseBranch) ? {} : await branchesOf(client, baseBranch),
    }),
    ...(source !== undefined && { source }),
    ...(services !== undefined && { services }),
    ...scripts,
    ...(user !== undefined && { user }),
    ...(containers !== undefined && { containers }),
    ...(dependencies !== undefined && { includeDeps: dependencies }),
    ...(skills !== undefined && { includeSkills: skills }),
    ...(refresh !== undefined && { refresh }),
    ...(defaultForRepositories !== undefined && { isDefaultForRepositories: defaultForRepositories }),
    ...(runsOn !== undefined && { runsOn }),
  };
}

const isNone = (given: readonly string[]) => given.length === 1 && given[0] === "none";

async function idsOf(client: Tembo, names: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) ids.push((await requireRepository(client, name)).id);
  return ids;
}

async function branchesOf(client: Tembo, given: readonly string[]): Promise<Record<string, string>> {
  const branches: Record<string, string> = {};
  for (const one of given) {
    const [repository = "", ...branch] = one.split("=");
    if (branch.join("=") === "")
      throw new UsageError(`${JSON.stringify(one)} names no branch.`, "use OWNER/NAME=BRANCH.");
    branches[(await requireRepository(client, repository)).id] = branch.join("=");
  }
  return branches;
}

async function scriptsOf({ setupScript, startScript, instructions }: Written) {
  return {
    ...(setupScript !== undefined && { setupScript: await readScript(setupScript) }),
    ...(startScript !== undefined && { startScript: await readScript(startScript) }),
    ...(instructions !== undefined && { agentInstructions: await readScript(instructions) }),
  };
}

/** Returns the text of the file, or null if it is empty. */
const readScript = async (file: string): Promise<string | null> =>
  (await readSmallFile(file, { what: "the script", maxBytes: maxScriptBytes })) || null;

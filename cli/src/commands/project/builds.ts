import type { ProjectBuild, Tembo } from "@tembo-io/sdk";
import { projectSizes } from "@tembo-io/sdk";
import { type Command, Option } from "commander";
import { answer, answerFields, answerPart, answerSentence, suggest } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { MissingError } from "../../failure.ts";
import { duration } from "../../format.ts";
import { addPaging, type Paging } from "../../paging.ts";
import { shellWord } from "../../shell-word.ts";
import { followBuild } from "./follow-build.ts";
import { getProject, getProjectId, getSnapshotId, which } from "./get-project.ts";

interface BuildOptions {
  readonly size?: (typeof projectSizes)[number];
  readonly again?: string;
  readonly follow?: boolean;
}

const whichBuild = "build ID (default: the newest build)";

export function addBuildCommands(project: Command, runs: Registry["runs"]): void {
  const build = project
    .command("build")
    .description("build a project's environment, or show a build")
    .argument("<project>", which)
    .addOption(
      new Option("--size <size>", "sandbox size of the build (default: the project's largest)").choices(
        projectSizes,
      ),
    )
    .option("--again <snapshot>", "build this environment again, with the settings it was built with")
    .option("--follow", "follow the log until the build ends; exits with 1 if the build fails")
    .action(runs(request));
  build
    .command("show")
    .description("show the state of a build")
    .argument("<project>", which)
    .argument("[build]", whichBuild)
    .action(runs(show));
  const listed = project
    .command("builds")
    .description("list a project's builds, newest first")
    .argument("<project>", which);
  addPaging(listed).action(runs(list));
  project
    .command("logs")
    .description("print the log of a build")
    .argument("<project>", which)
    .argument("[build]", whichBuild)
    .option("--follow", "follow the log until the build ends; exits with 1 if the build fails")
    .action(runs(logs));
  project
    .command("cancel")
    .description("cancel a build that is pending or running")
    .argument("<project>", which)
    .argument("[build]", "build ID (default: the running build, or the pending one)")
    .action(runs(cancel));
}

async function request(cli: Cli, named: string, { size, again, follow }: BuildOptions): Promise<Outcome> {
  const client = cli.client();
  const { id, name } = await getProject(client, named);
  const created = await client.projects.builds.create(id, {
    ...(size !== undefined && { sizes: [size] }),
    ...(again !== undefined && { snapshotId: await getSnapshotId(client, id, again) }),
  });
  const buildId = created.jobIds[0]!;
  if (follow) {
    if (!cli.isJson) cli.terminal.note(`Build ${buildId} of project ${name}`);
    return followBuild(cli, client, { projectId: id, buildId, named });
  }
  return answer(cli, created, () => {
    if (!cli.terminal.isInteractive) return cli.terminal.line(buildId);
    cli.terminal.line(`Requested build ${buildId} of project ${name}.`);
    suggest(cli, `tembo project logs ${shellWord(name)} --follow`);
  });
}

async function list(cli: Cli, named: string, paging: Paging): Promise<Outcome> {
  const client = cli.client();
  const projectId = await getProjectId(client, named);
  return answerPart(
    cli,
    (cursor, limit) => client.projects.builds.list(projectId, { cursor, limit }),
    {
      ID: ({ id }) => id,
      STATUS: ({ status }) => status,
      REQUESTED: ({ createdAt }) => createdAt,
      DURATION: ({ durationMs }) =>
        durationMs === null
          ? "-"
          : { text: duration(durationMs), raw: String(Math.round(durationMs / 1_000)) },
      TRIGGER: ({ trigger }) => trigger,
      RESULT: (build) => describeResult(build),
    },
    paging,
  );
}

async function show(cli: Cli, named: string, given: string | undefined): Promise<Outcome> {
  const client = cli.client();
  const projectId = await getProjectId(client, named);
  const buildId = given ?? (await newestBuild(client, projectId, named)).id;
  const build = await client.projects.builds.retrieve(projectId, buildId);
  return answerFields(cli, build, [
    ["ID", build.id],
    ["status", build.status],
    ["progress", build.status === "running" ? describeResult(build) : null],
    ["failure", build.failure],
    ["trigger", build.trigger],
    ["size", build.sandboxSize],
    ["requested", build.createdAt],
    ["started", build.startedAt],
    ["ended", build.completedAt],
    ["duration", build.durationMs === null ? null : duration(build.durationMs)],
    ["environment", build.snapshotId],
  ]);
}

async function logs(
  cli: Cli,
  named: string,
  given: string | undefined,
  { follow }: { readonly follow?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const projectId = await getProjectId(client, named);
  const buildId = given ?? (await newestBuild(client, projectId, named)).id;
  if (follow) return followBuild(cli, client, { projectId, buildId, named });
  const build = await client.projects.builds.retrieve(projectId, buildId);
  return answer(cli, build, () => {
    cli.terminal.flow(build.logs);
    if (build.status === "pending" || build.status === "running")
      suggest(cli, `tembo project logs ${shellWord(named)} --follow`);
  });
}

async function cancel(cli: Cli, named: string, given: string | undefined): Promise<Outcome> {
  const client = cli.client();
  const projectId = await getProjectId(client, named);
  const buildId = given ?? (await activeBuild(client, projectId)).id;
  const cancelled = await client.projects.builds.cancel(projectId, buildId);
  return answerSentence(cli, cancelled, `Canceled build ${buildId}.`);
}

async function newestBuild(client: Tembo, projectId: string, named: string): Promise<ProjectBuild> {
  const { items } = await client.projects.builds.list(projectId, { limit: 1 });
  if (items[0] !== undefined) return items[0];
  throw new MissingError("The project has no builds.", `tembo project build ${shellWord(named)}`);
}

/** Returns the running build, or otherwise the pending one, among the newest 100 builds. */
async function activeBuild(client: Tembo, projectId: string): Promise<ProjectBuild> {
  const { items } = await client.projects.builds.list(projectId, { limit: 100 });
  const active =
    items.find(({ status }) => status === "running") ?? items.find(({ status }) => status === "pending");
  if (active !== undefined) return active;
  throw new MissingError("The project has no pending or running build.");
}

/** Describes the progress of a running build, the reason for a failure or the resulting environment. */
function describeResult({ status, failure, progress, snapshotId }: ProjectBuild): string {
  if (failure !== null) return failure;
  if (status !== "running" || progress === null) return snapshotId ?? "-";
  const { phase, message, percent } = progress;
  const text = [phase, message].filter((part) => part !== null).join(": ");
  return (
    [text, percent === null ? "" : `${Math.round(percent)}%`].filter((part) => part !== "").join(", ") || "-"
  );
}

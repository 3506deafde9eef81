import type { ProjectSnapshotUpdateBody } from "@tembo-io/sdk";
import type { Command } from "commander";
import { answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { bytes } from "../../format.ts";
import { confirm } from "../../input/confirm.ts";
import { getProjectId, getSnapshotId, which } from "./get-project.ts";

const whichSnapshot = "environment name or ID";

export function addSnapshotCommands(project: Command, runs: Registry["runs"]): void {
  project
    .command("snapshots")
    .description("list a project's built environments, newest first")
    .argument("<project>", which)
    .action(runs(list));
  const snapshot = project.command("snapshot").description("manage a project's built environments");
  snapshot
    .command("pin")
    .description("keep an environment until it is deleted")
    .argument("<project>", which)
    .argument("<snapshot>", whichSnapshot)
    .action(
      runs((cli: Cli, named: string, one: string) =>
        update(cli, [named, one], { pinned: true }, `Pinned environment ${one}.`),
      ),
    );
  snapshot
    .command("unpin")
    .description("let an old environment expire")
    .argument("<project>", which)
    .argument("<snapshot>", whichSnapshot)
    .action(
      runs((cli: Cli, named: string, one: string) =>
        update(cli, [named, one], { pinned: false }, `Unpinned environment ${one}.`),
      ),
    );
  snapshot
    .command("rename")
    .description("name an environment")
    .argument("<project>", which)
    .argument("<snapshot>", whichSnapshot)
    .argument("<name>", "new name; an empty text removes it")
    .action(runs(rename));
  snapshot
    .command("delete")
    .description("delete an environment; sessions that started from it continue")
    .argument("<project>", which)
    .argument("<snapshot>", whichSnapshot)
    .action(runs(remove));
}

async function list(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const projectId = await getProjectId(client, named);
  return answerList(cli, (cursor) => client.projects.snapshots.list(projectId, { cursor, limit: 100 }), {
    ID: ({ id }) => id,
    STATE: ({ isActive }) => (isActive ? "active" : "-"),
    PINNED: ({ pinnedAt }) => (pinnedAt === null ? "-" : "pinned"),
    BUILT: ({ builtAt }) => builtAt ?? "-",
    SIZE: ({ sizeBytes }) => (sizeBytes === null ? "-" : { text: bytes(Number(sizeBytes)), raw: sizeBytes }),
    TRIGGER: ({ trigger }) => trigger ?? "-",
    NAME: ({ name }) => name ?? "-",
  });
}

const rename = (cli: Cli, named: string, one: string, name: string): Promise<Outcome> =>
  update(
    cli,
    [named, one],
    { name: name || null },
    name === "" ? `Removed the name of environment ${one}.` : `Renamed environment ${one} to ${name}.`,
  );

async function update(
  cli: Cli,
  [named, one]: readonly [project: string, snapshot: string],
  body: ProjectSnapshotUpdateBody,
  done: string,
): Promise<Outcome> {
  const client = cli.client();
  const projectId = await getProjectId(client, named);
  const id = await getSnapshotId(client, projectId, one);
  return answerSentence(cli, await client.projects.snapshots.update(projectId, id, body), done);
}

async function remove(cli: Cli, named: string, one: string): Promise<Outcome> {
  const client = cli.client();
  const projectId = await getProjectId(client, named);
  const id = await getSnapshotId(client, projectId, one);
  await confirm(cli, `This deletes the environment ${one}. New sessions use the newest remaining one.`);
  const deleted = await client.projects.snapshots.delete(projectId, id);
  return answerSentence(cli, deleted, `Deleted environment ${one}.`);
}

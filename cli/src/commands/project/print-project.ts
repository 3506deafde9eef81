import type { Project, Tembo } from "@tembo-io/sdk";
import { sandboxSizeName } from "@tembo-io/sdk";
import { suggest } from "../../answer.ts";
import type { Cli } from "../../cli.ts";
import { allPages } from "../../pages.ts";
import { shellWord } from "../../shell-word.ts";
import { type Cell, printFields } from "../../table.ts";
import { describeSource } from "./project-source.ts";

/** Returns a function that returns the full name of a repository, or its ID if the repository is unknown. */
export async function loadRepositoryNames(client: Tembo): Promise<(id: string) => string> {
  const items = await allPages((cursor) => client.repositories.list({ enabled: "all", cursor, limit: 100 }));
  const names = new Map(items.map(({ id, owner, name }) => [id, owner === null ? name : `${owner}/${name}`]));
  return (id) => names.get(id) ?? id;
}

export function printProject(cli: Cli, project: Project, repositoryName: (id: string) => string): void {
  const { terminal } = cli;
  const repositories = (project.codeRepositoryIds ?? []).map((id) => {
    const branch = project.baseBranches[id];
    return branch === undefined ? repositoryName(id) : `${repositoryName(id)} (${branch})`;
  });
  const [active] = project.activeSnapshots;
  printFields(terminal, [
    ["ID", project.id],
    ["name", project.name],
    ["description", project.description],
    ["environment", active === undefined ? "not built" : `built ${terminal.moment(active.builtAt)}`],
    ["environment ID", active?.id ?? null],
    ["source", describeSource(project.source, repositoryName)],
    ["repositories", repositories.join(", ") || null],
    ["sizes", sizesCell(project.sizes)],
    ["default for", project.defaultForSizes.length === 0 ? null : sizesCell(project.defaultForSizes)],
    ["always used", project.isDefaultForRepositories ? "for these repositories" : null],
    ["runs on", project.runsOn?.join(", ") || null],
    ["user", project.user],
    ["containers", project.containers ? "allowed" : null],
    ["dependencies", project.includeDeps ? "installed" : "not installed"],
    ["builds again", project.refresh ? "when a lockfile or a base branch changes" : null],
    ["environment copy", project.warmPoolEnabled ? "kept ready" : null],
    ["services", project.services.map(({ name }) => name).join(", ") || null],
    ["created", project.createdAt],
    ["changed", project.updatedAt],
  ]);
  printScripts(cli, project);
  suggest(cli, `tembo project build ${shellWord(project.name)} --follow`);
}

/** Returns the sizes as a cell, with names on a terminal. */
export const sizesCell = (sizes: readonly string[]): Cell => ({
  text: sizes.map(sandboxSizeName).join(", "),
  raw: sizes.join(","),
});

function printScripts({ terminal }: Cli, project: Project): void {
  const texts = [
    ["Setup script", project.setupScript],
    ["Start script", project.startScript],
    ["Instructions", project.agentInstructions],
  ] as const;
  for (const [title, text] of texts) {
    if (text === null || text.trim() === "") continue;
    terminal.line("");
    terminal.line({ style: "dim", text: title });
    for (const line of text.trimEnd().split("\n")) terminal.line(line);
  }
}

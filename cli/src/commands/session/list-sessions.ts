import type { Tembo } from "@tembo-io/sdk";
import { answer, suggest } from "../../answer.ts";
import type { Cli, Outcome } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { statusCell } from "../../names.ts";
import { type Cell, printTable } from "../../table.ts";
import { requireRepository } from "../repo/find-repository.ts";

export const sessionStates = ["draft", "queued", "inProgress", "completed", "failed", "cancelled"] as const;
export type SessionState = (typeof sessionStates)[number];

interface ListOptions {
  readonly page?: number;
  readonly limit?: number;
  readonly search?: string;
  readonly needsYou?: boolean;
  readonly state: readonly SessionState[];
  readonly repo: readonly string[];
}

/** Maximum number of sessions that a list marks as waiting for a person. */
const maxMarked = 100;

export async function listSessions(cli: Cli, options: ListOptions): Promise<Outcome> {
  const { page, limit, search, needsYou, state, repo } = options;
  const client = cli.client();
  const isFiltered = search !== undefined || needsYou === true || state.length > 0 || repo.length > 0;
  if (isFiltered) {
    if (page !== undefined)
      throw new CommandError(
        "--page cannot be combined with filters.",
        "omit --page, or use a larger --limit.",
      );
    return listFiltered(cli, client, options);
  }
  const found = await client.session.list({ page, limit });
  const waiting = cli.terminal.isInteractive ? await idsOfWaiting(client) : new Set<string>();
  return answer(cli, found, () => {
    print(
      cli,
      found.sessions.map(({ id, status, createdAt, title }) => [
        id,
        waiting.has(id) && status !== "failed" ? "needs you" : statusCell(status),
        createdAt,
        title,
      ]),
    );
    const { currentPage, totalPages, hasNext } = found.meta;
    if (!hasNext || !cli.terminal.isInteractive) return;
    cli.terminal.note(`Page ${currentPage} of ${totalPages}.`);
    suggest(
      cli,
      `tembo session list --page ${currentPage + 1}${limit === undefined ? "" : ` --limit ${limit}`}`,
    );
  });
}

async function listFiltered(
  cli: Cli,
  client: Tembo,
  { limit, search, needsYou, state, repo }: ListOptions,
): Promise<Outcome> {
  const repositoryIds: string[] = [];
  for (const name of repo) repositoryIds.push((await requireRepository(client, name)).id);
  const found = await client.sessions.list({
    limit,
    ...(search !== undefined && { search }),
    ...(needsYou === true && { needsYou }),
    ...(state.length > 0 && { states: [...state] }),
    ...(repositoryIds.length > 0 && { repositoryIds }),
  });
  return answer(cli, found, () =>
    print(
      cli,
      found.items.map(({ id, state, createdAt, title }) => [
        id,
        statusCell(state.current ?? "draft"),
        createdAt,
        title,
      ]),
    ),
  );
}

async function idsOfWaiting(client: Tembo): Promise<ReadonlySet<string>> {
  const { items } = await client.sessions.list({ needsYou: true, limit: maxMarked });
  return new Set(items.map(({ id }) => id));
}

function print({ terminal }: Cli, rows: readonly (readonly Cell[])[]): void {
  printTable(terminal, ["ID", "STATUS", "CREATED", "TITLE"], rows);
}

import { answer, suggest } from "../../answer.ts";
import type { Cli, Outcome } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { printTable } from "../../table.ts";

interface ListOptions {
  readonly page?: number;
  readonly limit?: number;
  readonly search?: string;
}

export async function listSessions(cli: Cli, { page, limit, search }: ListOptions): Promise<Outcome> {
  const { session, sessions } = cli.client();
  if (search !== undefined) {
    if (page !== undefined)
      throw new CommandError(
        "A search has one page, the best first.",
        "leave out --page, or take a larger --limit.",
      );
    const found = await sessions.list({ search, limit });
    return answer(cli, found, () =>
      print(
        cli,
        found.items.map(({ id, state, createdAt, title }) => [
          id,
          state.current ?? "draft",
          createdAt,
          title,
        ]),
      ),
    );
  }
  const found = await session.list({ page, limit });
  return answer(cli, found, () => {
    print(
      cli,
      found.sessions.map(({ id, status, createdAt, title }) => [id, status, createdAt, title]),
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

function print({ terminal }: Cli, rows: readonly string[][]): void {
  printTable(terminal, ["ID", "STATUS", "CREATED", "TITLE"], rows);
}

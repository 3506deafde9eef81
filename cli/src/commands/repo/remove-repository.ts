import type { Cli, Outcome } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { requireRepository } from "./enable-repository.ts";

/**
 * `tembo repo remove`: removes a repository of the built-in forge from the list. `--delete-data` also deletes its git
 * data.
 */
export async function removeRepository(
  cli: Cli,
  named: string,
  { deleteData = false }: { readonly deleteData?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const { id } = await requireRepository(client, named);
  await confirm(
    cli,
    deleteData
      ? `The git data of ${named} on the server is deleted and cannot be restored.`
      : `${named} is removed from the server; its git data stays there.`,
  );
  const answer = await client.repositories.delete(id, { deleteData });
  if (cli.isJson) cli.terminal.json(answer);
  else if (deleteData) cli.terminal.line(`${named} and its git data are deleted.`);
  else {
    cli.terminal.line(`${named} is removed. Its git data stays on the server.`);
    cli.terminal.hint("tembo repo add PATH, to restore it.");
  }
  return 0;
}

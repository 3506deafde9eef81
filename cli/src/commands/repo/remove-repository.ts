import type { Cli, Outcome } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { requireRepository } from "./enable-repository.ts";

/**
 * Removes a repository of the built-in forge from the list, after a confirmation. With `deleteData`, also deletes its
 * git data.
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
      ? `This removes ${named} and deletes its git data on the server. It cannot be undone.`
      : `This removes ${named} from the server. Its git data is kept.`,
  );
  const answer = await client.repositories.delete(id, { deleteData });
  if (cli.isJson) cli.terminal.json(answer);
  else if (deleteData) cli.terminal.line(`Deleted ${named} and its git data.`);
  else {
    cli.terminal.line(`Removed ${named}. Its git data is kept on the server.`);
    cli.terminal.hint('run "tembo repo add PATH" to restore it.');
  }
  return 0;
}

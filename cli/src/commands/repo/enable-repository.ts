import type { Repository, Tembo } from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../cli.ts";
import { MissingError } from "../../failure.ts";
import { findRepository } from "./find-repository.ts";

export async function enableRepository(cli: Cli, named: string): Promise<Outcome> {
  const repository = await setEnabled(cli, named, true);
  if (cli.isJson) cli.terminal.json(repository);
  else cli.terminal.line(`Enabled ${fullName(repository)} for sessions.`);
  return 0;
}

export async function disableRepository(cli: Cli, named: string): Promise<Outcome> {
  const repository = await setEnabled(cli, named, false);
  if (cli.isJson) cli.terminal.json(repository);
  else cli.terminal.line(`Disabled ${fullName(repository)} for sessions.`);
  return 0;
}

async function setEnabled(cli: Cli, named: string, enabled: boolean): Promise<Repository> {
  const client = cli.client();
  const { id } = await requireRepository(client, named);
  return client.repositories.update(id, { enabled });
}

/**
 * Returns the repository with this `owner/name`, even if it is disabled. Throws `CommandError` if there is none.
 * Returns an ID unchanged, without a request.
 */
export async function requireRepository(client: Tembo, named: string): Promise<{ readonly id: string }> {
  if (!named.includes("/")) return { id: named };
  const found = await findRepository(client, named, { enabled: "all" });
  if (found !== null) return found;
  throw new MissingError(
    `Repository ${JSON.stringify(named)} was not found.`,
    '"tembo repo list --all" lists repositories; "tembo integration sync INTEGRATION" finds new ones.',
  );
}

const fullName = ({ owner, name }: Repository) => (owner === null ? name : `${owner}/${name}`);

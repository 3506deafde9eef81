import type { RepositoryUpdateBody } from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { requireRepository } from "./enable-repository.ts";

interface SetOptions {
  readonly label?: readonly string[];
  readonly reviewer?: readonly string[];
  readonly fixChecks?: "on" | "off" | "default";
  readonly base?: string;
}

/**
 * Changes settings of one repository. "none" clears a list, and "default" restores the inherited value. Throws
 * `CommandError` if no option is set.
 */
export async function setRepository(cli: Cli, named: string, options: SetOptions): Promise<Outcome> {
  const { label, reviewer, fixChecks, base } = options;
  const change: Partial<RepositoryUpdateBody> = {
    ...(label !== undefined && { pullRequestLabels: withoutNone(label) }),
    ...(reviewer !== undefined && { pullRequestReviewers: withoutNone(reviewer) }),
    ...(fixChecks !== undefined && { fixesChecks: fixChecks === "default" ? null : fixChecks === "on" }),
    ...(base !== undefined && { baseBranch: base === "default" ? null : base }),
  };
  if (Object.keys(change).length === 0) {
    throw new UsageError("No change was specified.", '"tembo repo set --help" lists the options.');
  }
  const client = cli.client();
  const { id } = await requireRepository(client, named);
  const repository = await client.repositories.update(id, change);
  if (cli.isJson) cli.terminal.json(repository);
  else cli.terminal.line(`Updated ${named}.`);
  return 0;
}

const withoutNone = (values: readonly string[]) => values.filter((value) => value !== "none");

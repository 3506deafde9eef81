import type { Budget } from "@tembo-io/sdk";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { dollars } from "../../format.ts";
import { usdOrNone } from "../../options.ts";
import { ownOrganization } from "../../own-organization.ts";
import { printTable } from "../../table.ts";

interface SetOptions {
  readonly sessionUsd?: number | "none";
  readonly monthUsd?: number | "none";
}

export function addBudgetCommands({ program, runs }: Registry): void {
  const budget = program.command("budget").description("limit what sessions spend on models");
  budget.command("show").description("show the limits in US dollars").action(runs(show));
  budget
    .command("set")
    .description("set limits; omitted limits stay unchanged")
    .option("--session-usd <amount>", "limit per session in US dollars, or none", usdOrNone)
    .option("--month-usd <amount>", "limit for all sessions in a calendar month (UTC), or none", usdOrNone)
    .action(runs(set));
}

async function show(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  print(cli, await client.organizations.budget.retrieve(await ownOrganization(client)));
  return 0;
}

async function set(cli: Cli, { sessionUsd, monthUsd }: SetOptions): Promise<Outcome> {
  if (sessionUsd === undefined && monthUsd === undefined) {
    throw new UsageError("No limit was specified.", "use --session-usd or --month-usd.");
  }
  const client = cli.client();
  const organizationId = await ownOrganization(client);
  const { budget } = client.organizations;
  const before = await budget.retrieve(organizationId);
  const limit = (given: number | "none" | undefined, kept: number | null) =>
    given === "none" ? null : (given ?? kept);
  const body: Budget = {
    perSessionUsd: limit(sessionUsd, before.perSessionUsd),
    perMonthUsd: limit(monthUsd, before.perMonthUsd),
  };
  print(cli, await budget.update(organizationId, body));
  return 0;
}

function print(cli: Cli, budget: Budget): void {
  if (cli.isJson) {
    cli.terminal.json(budget);
    return;
  }
  const shown = (usd: number | null) => (usd === null ? "none" : { text: dollars(usd), raw: String(usd) });
  printTable(
    cli.terminal,
    ["LIMIT", "AMOUNT"],
    [
      ["session", shown(budget.perSessionUsd)],
      ["month", shown(budget.perMonthUsd)],
    ],
  );
}

import type { UsageQuery } from "@tembo-io/sdk";
import { Option } from "commander";
import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { wholeNumber } from "../../options.ts";
import { printTable } from "../../table.ts";

/** `tembo usage`: model costs. */
export function addUsageCommand({ program, runs }: Registry): void {
  program
    .command("usage")
    .description("show what models cost in this month, and by session, newest first")
    .option("--limit <number>", "how many sessions, at most 100", wholeNumber, 20)
    .addOption(
      new Option(
        "--by <what>",
        "sum up the last days in place of that, days in order, others costliest first",
      )
        .choices(["day", "person", "repository", "harness", "model", "session"])
        .conflicts("limit"),
    )
    .option(
      "--days <number>",
      "with --by: as many days, in UTC and with today, at most 366; 30 unless told",
      wholeNumber,
    )
    .action(runs(usage));
}

interface UsageOptions {
  readonly limit: number;
  readonly by?: UsageQuery["groupBy"];
  readonly days?: number;
}

async function usage(cli: Cli, { limit, by, days }: UsageOptions): Promise<Outcome> {
  if (by !== undefined) return grouped(cli, { groupBy: by, days });
  if (days !== undefined)
    throw new CommandError("--days says of which days to sum up.", "say by what as well, such as --by day.");
  const { billing } = cli.client();
  const [{ onDemand }, sessions] = await Promise.all([billing.retrieve(), billing.usage({ limit })]);
  const { currentUsage, maxCreditUsage } = onDemand;
  return answer(
    cli,
    { monthUsd: currentUsage, monthLimitUsd: maxCreditUsage === 0 ? null : maxCreditUsage, ...sessions },
    () => {
      printTable(
        cli.terminal,
        ["SESSION", "CREATED", "USD", "TITLE"],
        sessions.items.map(({ id, createdAt, totalCredits, title }) => [
          id,
          createdAt,
          totalCredits.toFixed(4),
          title,
        ]),
      );
      const most = maxCreditUsage === 0 ? "no limit" : `of at most $${maxCreditUsage.toFixed(2)}`;
      cli.terminal.note(
        `This month: $${currentUsage.toFixed(4)}, ${most}. "tembo budget set" changes the limit.`,
      );
    },
  );
}

async function grouped(cli: Cli, query: UsageQuery): Promise<Outcome> {
  const { groups, total, ...rest } = await cli.client().billing.groups(query);
  return answer(cli, { ...rest, total, groups }, () => {
    printTable(
      cli.terminal,
      [query.groupBy.toUpperCase(), "SESSIONS", "REQUESTS", "USD"],
      groups.map(({ id, name, sessions, requests, costUsd }) => [
        name ?? id ?? "-",
        String(sessions),
        String(requests),
        costUsd.toFixed(4),
      ]),
    );
    const unpriced = total.unpricedRequests > 0 ? `, without ${total.unpricedRequests} of unknown price` : "";
    cli.terminal.note(`$${total.costUsd.toFixed(4)} for ${total.requests} requests to models${unpriced}.`);
  });
}

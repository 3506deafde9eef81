import type { UsageQuery } from "@tembo-io/sdk";
import { Option } from "commander";
import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { count, counted, dollars, rawDollars } from "../../format.ts";
import { noNames, withNames } from "../../names.ts";
import { wholeNumber, wholeNumberTo } from "../../options.ts";
import { printTable } from "../../table.ts";

export function addUsageCommand({ program, runs }: Registry): void {
  program
    .command("usage")
    .description("show this month's model costs, and the costs per session, newest first")
    .option("--limit <number>", "maximum number of sessions, up to 100", wholeNumberTo(100), 20)
    .addOption(
      new Option(
        "--by <what>",
        "group the costs of recent days instead; all groups except day start with the highest cost",
      )
        .choices(["day", "person", "repository", "harness", "model", "agent", "pullRequest", "session"])
        .conflicts("limit"),
    )
    .option(
      "--days <number>",
      "number of days with --by, including today, in UTC, up to 366 (default: 30)",
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
  if (days !== undefined) throw new UsageError("--days requires --by.", "add --by, such as --by day.");
  const { billing } = cli.client();
  const [{ onDemand }, sessions] = await Promise.all([billing.retrieve(), billing.usage({ limit })]);
  const { currentUsage, maxCreditUsage } = onDemand;
  return answer(
    cli,
    { monthUsd: currentUsage, monthLimitUsd: maxCreditUsage === 0 ? null : maxCreditUsage, ...sessions },
    () => {
      printTable(
        cli.terminal,
        ["SESSION", "CREATED", "COST", "TITLE"],
        sessions.items.map(({ id, createdAt, totalCredits, title }) => [
          id,
          createdAt,
          usd(totalCredits),
          title,
        ]),
      );
      const most = maxCreditUsage === 0 ? "no limit" : `limit ${dollars(maxCreditUsage)}`;
      cli.terminal.note(
        `This month: ${dollars(currentUsage)}, ${most}. "tembo budget set" changes the limit.`,
      );
    },
  );
}

async function grouped(cli: Cli, query: UsageQuery): Promise<Outcome> {
  const client = cli.client();
  const request = client.billing.groups(query);
  const hasNames = query.groupBy === "harness" || query.groupBy === "model";
  const [answered, names] = hasNames ? await withNames(cli, request) : [await request, noNames];
  const { groups, total, ...rest } = answered;
  const nameOf = { harness: names.harness, model: names.model }[query.groupBy as string];
  return answer(cli, { ...rest, total, groups }, () => {
    printTable(
      cli.terminal,
      [query.groupBy.toUpperCase(), "SESSIONS", "REQUESTS", "COST"],
      groups.map(({ id, name, sessions, requests, costUsd }) => [
        id === null || nameOf === undefined || nameOf(id) === id
          ? (name ?? id ?? "-")
          : { text: nameOf(id), raw: name ?? id },
        { text: count(sessions), raw: String(sessions) },
        { text: count(requests), raw: String(requests) },
        usd(costUsd),
      ]),
    );
    const unpriced =
      total.unpricedRequests > 0 ? `, excluding ${count(total.unpricedRequests)} with an unknown price` : "";
    cli.terminal.note(
      `${dollars(total.costUsd)} for ${counted(total.requests, "model request")}${unpriced}.`,
    );
  });
}

const usd = (amount: number) => ({ text: dollars(amount), raw: rawDollars(amount) });

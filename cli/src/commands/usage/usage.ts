import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { wholeNumber } from "../../options.ts";
import { printTable } from "../../table.ts";

/** `tembo usage`: what models cost. */
export function addUsageCommand({ program, runs }: Registry): void {
  program
    .command("usage")
    .description("show what models cost in this month, and by session, newest first")
    .option("--limit <number>", "how many sessions, at most 100", wholeNumber, 20)
    .action(runs(usage));
}

async function usage(cli: Cli, { limit }: { readonly limit: number }): Promise<Outcome> {
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

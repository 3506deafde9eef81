import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { count, counted, duration } from "../../format.ts";
import { confirm } from "../../input/confirm.ts";
import type { LocalServer, UpgradePlan } from "./local-server.ts";

interface UpgradeOptions {
  readonly dryRun?: boolean;
  readonly back?: boolean;
  readonly backup?: string;
}

/** Adds `tembo upgrade`, which must run on the server's machine after the new version is installed. */
export function addUpgradeCommand({ program, runs }: Pick<Registry, "program" | "runs">): void {
  program
    .command("upgrade")
    .description("back up the stopped server, and migrate its database to the installed version")
    .option("--dry-run", "show what would change, and change nothing")
    .option("--backup <file>", "new file for the backup (default: next to the data folder)")
    .option("--back", "undo the last upgrade, if nothing was written since")
    .action(runs(upgrade));
}

async function upgrade(cli: Cli, { dryRun, back, backup }: UpgradeOptions): Promise<Outcome> {
  const server = await cli.loadLocalServer();
  if (back === true) {
    if (backup !== undefined) throw new UsageError("Use either --back or --backup.");
    return goBack(cli, server, dryRun === true);
  }
  const plan = await server.planUpgrade(cli.env);
  if (dryRun === true || plan.pending.length === 0)
    return answer(cli, { plan, upgraded: null }, () => {
      printPlan(cli, plan);
      if (plan.pending.length === 0) cli.terminal.line("The database is up to date. Start the server.");
    });
  if (!cli.isJson) printPlan(cli, plan);
  await confirm(cli, `This migrates the database of ${plan.dataDir}.`);
  const progress = cli.terminal.progress();
  progress.show("Backing up and migrating");
  const upgraded = await server
    .runUpgrade(cli.env, { backup: backup ?? defaultBackup(plan.dataDir) })
    .finally(() => progress.clear());
  return answer(cli, { plan, upgraded }, () => {
    cli.terminal.line(`Backup: ${upgraded.backup}`);
    cli.terminal.line(`Applied ${counted(upgraded.migrations.length, "migration")}.`);
    const rows = Object.entries(upgraded.rows).map(([table, number]) => `${count(number)} ${table}`);
    cli.terminal.line(`Verified: ${upgraded.database}; ${rows.join(", ")}.`);
    const { backupMs, migrationsMs, verificationMs } = upgraded.durations;
    cli.terminal.line(
      `Durations: backup ${duration(backupMs)}, migrations ${duration(migrationsMs)}, verification ${duration(verificationMs)}.`,
    );
    cli.terminal.line("Start the server.");
    cli.terminal.line(
      'To go back before anything is written: stop the server, run "tembo upgrade --back", and install the earlier version.',
    );
    if (upgraded.keepsPrevious)
      cli.terminal.line(
        "The earlier version also runs on the migrated database, so you can install it at any time.",
      );
  });
}

const defaultBackup = (dataDir: string) =>
  `${dataDir}-before-upgrade-${new Date().toISOString().replaceAll(/[:.]/g, "-")}.tar`;

function printPlan(cli: Cli, plan: UpgradePlan): void {
  const from = plan.from ?? "an earlier version";
  cli.terminal.line(`Data folder: ${plan.dataDir}`);
  cli.terminal.line(`Version: ${from} to ${plan.to}`);
  cli.terminal.line(`Migrations to apply: ${count(plan.pending.length)}`);
  for (const name of plan.pending) cli.terminal.line(`- ${name}`);
  if (plan.pending.length > 0)
    cli.terminal.line(
      plan.keepsPrevious
        ? "The earlier version can still run on the migrated database."
        : "The earlier version cannot run on the migrated database. To return to it, restore the backup.",
    );
  for (const process of plan.running) cli.terminal.line(`Stop first: ${process}`);
}

async function goBack(cli: Cli, server: LocalServer, isDryRun: boolean): Promise<Outcome> {
  const target = await server.runUpgradeBack(cli.env, { isDryRun: true });
  const where = `${target.version ?? "the earlier version"} (${target.migration ?? "no migration"})`;
  if (isDryRun)
    return answer(cli, target, () =>
      cli.terminal.line(`Nothing was written since the upgrade. ${target.backup} can be restored: ${where}.`),
    );
  await confirm(cli, `This restores the database of ${where} from ${target.backup}.`);
  const result = await server.runUpgradeBack(cli.env, { isDryRun: false });
  return answer(cli, result, () => {
    cli.terminal.line(`Restored the database of ${where}.`);
    cli.terminal.line(
      `A backup of the upgraded database is in ${result.kept}. Delete it when you no longer need it.`,
    );
    cli.terminal.line("Install the earlier version, and start the server. Do not start this version before.");
  });
}

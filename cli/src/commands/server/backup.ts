import type { Cli, Outcome, Registry } from "../../cli.ts";
import type { BackupResult } from "./local-server.ts";

/** `tembo backup` and `tembo restore`, which run on the server's machine. */
export function addBackupCommands({ program, runs }: Pick<Registry, "program" | "runs">): void {
  program
    .command("backup")
    .description("write this machine's data folder to one file, while the server runs or not")
    .argument("<file>", "a new file, such as tembo.tar")
    .option("--with-master-key", "include the key that opens stored secrets; guard the file like the key")
    .action(runs(backup));
  program
    .command("restore")
    .description("unpack a backup into an empty data folder (TEMBO_DATA_DIR)")
    .argument("<file>", "as written by tembo backup")
    .action(runs(restore));
}

async function backup(cli: Cli, file: string, options: { withMasterKey?: boolean }): Promise<Outcome> {
  const server = await cli.loadLocalServer();
  const withMasterKey = options.withMasterKey === true;
  const result = await server.runBackup(cli.env, { file, withMasterKey });
  return report(cli, result, `Wrote ${result.file}`, [
    ...(result.hasDatabase
      ? []
      : ["It does not hold the database of DATABASE_URL. Dump that first with pg_dump."]),
    ...(withMasterKey ? [] : ["It does not hold the master key. Keep a copy of that file elsewhere."]),
  ]);
}

async function restore(cli: Cli, file: string): Promise<Outcome> {
  const result = await (await cli.loadLocalServer()).runRestore(cli.env, { file });
  return report(cli, result, `Restored ${result.file}`, [
    ...(result.hasDatabase ? [] : ["It holds no database. Restore the dump of yours before the start."]),
    ...(result.hasMasterKey ? [] : ["It holds no master key. Put yours in place before the start."]),
  ]);
}

function report(cli: Cli, result: BackupResult, sentence: string, hints: readonly string[]): Outcome {
  if (cli.isJson) cli.terminal.json(result);
  else cli.terminal.line(`${sentence} (${(result.bytes / 1e6).toFixed(1)} MB).`);
  for (const hint of hints) cli.terminal.note(hint);
  return 0;
}

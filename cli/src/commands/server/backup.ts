import type { Cli, Outcome, Registry } from "../../cli.ts";
import { bytes } from "../../format.ts";
import type { BackupResult } from "./local-server.ts";

/** Adds `tembo backup` and `tembo restore`, which must run on the server's machine. */
export function addBackupCommands({ program, runs }: Pick<Registry, "program" | "runs">): void {
  program
    .command("backup")
    .description("back up this machine's data folder to a file; the server can keep running")
    .argument("<file>", "new file, such as tembo.tar")
    .option(
      "--with-master-key",
      "include the master key, which decrypts stored secrets; protect the file like the key",
    )
    .action(runs(backup));
  program
    .command("restore")
    .description("restore a backup into an empty data folder (TEMBO_DATA_DIR)")
    .argument("<file>", "file written by tembo backup")
    .action(runs(restore));
}

async function backup(cli: Cli, file: string, options: { withMasterKey?: boolean }): Promise<Outcome> {
  const server = await cli.loadLocalServer();
  const withMasterKey = options.withMasterKey === true;
  const result = await server.runBackup(cli.env, { file, withMasterKey });
  return report(cli, result, `Wrote ${result.file}`, [
    ...(result.hasDatabase
      ? []
      : ["The backup does not include the database in DATABASE_URL. Back it up with pg_dump."]),
    ...(withMasterKey
      ? []
      : ["The backup does not include the master key. Back up the master key file separately."]),
  ]);
}

async function restore(cli: Cli, file: string): Promise<Outcome> {
  const result = await (await cli.loadLocalServer()).runRestore(cli.env, { file });
  return report(cli, result, `Restored ${result.file}`, [
    ...(result.hasDatabase
      ? []
      : [
          "The backup does not include the database. Restore your database dump before you start the server.",
        ]),
    ...(result.hasMasterKey
      ? []
      : [
          "The backup does not include the master key. Restore the master key file before you start the server.",
        ]),
  ]);
}

function report(cli: Cli, result: BackupResult, sentence: string, hints: readonly string[]): Outcome {
  if (cli.isJson) cli.terminal.json(result);
  else cli.terminal.line(`${sentence} (${bytes(result.bytes)}).`);
  for (const hint of hints) cli.terminal.note(hint);
  return 0;
}

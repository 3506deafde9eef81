import type { Cli, Outcome, Registry } from "../../cli.ts";
import { bytes, counted } from "../../format.ts";
import type { BackupResult, RestoreResult } from "./local-server.ts";

/** Adds `tembo backup` and `tembo restore`, which must run on the server's machine. */
export function addBackupCommands({ program, runs }: Pick<Registry, "program" | "runs">): void {
  program
    .command("backup")
    .description("back up the database and this machine's data folder to a file; the server can keep running")
    .argument("<file>", "new file, such as tembo.tar")
    .option(
      "--with-master-key",
      "include the master key, which decrypts stored secrets; protect the file like the key",
    )
    .option("--with-blobs", "include the objects of a bucket or shared folder (TEMBO_BLOBS)")
    .option("--files-only", "leave out the database, for a further machine of an installation")
    .action(runs(backup));
  program
    .command("restore")
    .description("restore a backup into an empty data folder (TEMBO_DATA_DIR) and database (DATABASE_URL)")
    .argument("<file>", "file written by tembo backup")
    .option("--files-only", "leave out the database, for a further machine of an installation")
    .action(runs(restore));
}

interface BackupFlags {
  readonly withMasterKey?: boolean;
  readonly withBlobs?: boolean;
  readonly filesOnly?: boolean;
}

async function backup(cli: Cli, file: string, options: BackupFlags): Promise<Outcome> {
  const server = await cli.loadLocalServer();
  const withMasterKey = options.withMasterKey === true;
  const parts = options.filesOnly === true ? "files" : "all";
  const withBlobs = options.withBlobs === true;
  const result = await server.runBackup(cli.env, { file, withMasterKey, withBlobs, parts });
  const { blobs } = result;
  return report(cli, result, `Wrote ${result.file}`, [
    ...(result.hasDatabase ? [] : ["The backup does not include the database."]),
    ...(withMasterKey
      ? []
      : ["The backup does not include the master key. Back up the master key file separately."]),
    ...(blobs?.included === null
      ? [
          `The backup does not include the objects in ${blobs.place}, and a restored server needs them. Back up this store separately${parts === "files" ? "" : ", or use --with-blobs"}.`,
        ]
      : []),
    ...(blobs !== null && blobs.included !== null
      ? [`The backup includes ${objects(blobs.included)} from ${blobs.place}.`]
      : []),
    ...(blobs !== null && blobs.missing > 0
      ? [`${blobs.place} lacks ${objects(blobs.missing)} to which the database refers.`]
      : []),
    ...describeOmitted(result.omitted),
  ]);
}

function describeOmitted({ unreadable, tooLong, examples }: BackupResult["omitted"]): string[] {
  const reasons = [
    ...(unreadable > 0 ? [`${files(unreadable)} that could not be read`] : []),
    ...(tooLong > 0 ? [`${files(tooLong)} with a path that is too long`] : []),
  ];
  if (reasons.length === 0) return [];
  const fix = unreadable > 0 ? " To include them, run the command as the user that runs the server." : "";
  return [`The backup does not include ${reasons.join(", nor ")}, such as ${examples.join(", ")}.${fix}`];
}

async function restore(cli: Cli, file: string, options: { filesOnly?: boolean }): Promise<Outcome> {
  const filesOnly = options.filesOnly === true;
  const result = await (await cli.loadLocalServer()).runRestore(cli.env, { file, filesOnly });
  const { blobs } = result;
  return report(cli, result, `Restored ${result.file}`, [
    ...(result.hasDatabase || filesOnly
      ? []
      : ["The backup does not include the database. Set DATABASE_URL to the database that belongs to it."]),
    ...(result.hasMasterKey
      ? []
      : [
          "The backup does not include the master key. Restore the master key file before you start the server.",
        ]),
    ...(blobs?.included === null
      ? [
          `The backup does not include the objects in ${blobs.place}. Before you start the server, set TEMBO_BLOBS to this store or to a copy of it.`,
        ]
      : []),
    ...(blobs !== null && blobs.included !== null
      ? [`Restored ${objects(blobs.included)} to ${blobs.place}.`]
      : []),
    ...(blobs !== null && blobs.missing > 0
      ? [
          `The backup lacks ${objects(blobs.missing)} to which the database refers, because the blob store lacked them.`,
        ]
      : []),
  ]);
}

const objects = (number: number) => counted(number, "object");
const files = (number: number) => counted(number, "file");

function report(cli: Cli, result: RestoreResult, sentence: string, hints: readonly string[]): Outcome {
  if (cli.isJson) cli.terminal.json(result);
  else cli.terminal.line(`${sentence} (${bytes(result.bytes)}).`);
  for (const hint of hints) cli.terminal.note(hint);
  return 0;
}

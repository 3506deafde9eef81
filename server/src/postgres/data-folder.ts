import { spawn } from "node:child_process";
import { chmod, chown, lchown, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, asSentence, withReason } from "../core/base/index.ts";
import { startProgram } from "../runtime/start-program.ts";
import { type Account, bareEnvironment, findClosedFolder, nobodyIds } from "./account.ts";
import { isCode } from "./errno.ts";
import type { Layout } from "./layout.ts";
import { removeAbandoned, replaceFile, temporaryName } from "./temporary.ts";

/**
 * Creates the root folder and the socket's folder. Throws `unavailable` if the folders cannot be created, or if PostgreSQL's user cannot
 * access them.
 */
export async function makeFolders(layout: Layout, account: Account): Promise<void> {
  try {
    const made = await mkdir(layout.root, { recursive: true, mode: 0o755 });
    // The caller's umask must not deny access to PostgreSQL's user.
    if (made !== undefined) await openUp(made, layout.root);
    await chmod(layout.root, 0o755);
    await mkdir(layout.socketDir, { recursive: true, mode: 0o700 });
    await chmod(layout.socketDir, 0o700);
    if (account !== null) await chown(layout.socketDir, account.uid, account.gid);
  } catch (cause) {
    throw new AppError(
      "unavailable",
      `${withReason(`The folder ${layout.root} cannot be created or changed`, cause)} Set TEMBO_DATA_DIR to a folder that this user owns.`,
      { cause },
    );
  }
  if (account === null) return;
  const closed = await findClosedFolder(layout.root, account);
  if (closed !== null) {
    throw new AppError(
      "unavailable",
      `PostgreSQL runs as a separate user (ID ${account.uid}), which cannot enter ${closed}. Run "chmod o+x ${closed}", or set TEMBO_DATA_DIR to a folder such as /var/lib/tembo.`,
    );
  }
}

/** Opens the created folders to other users. `top` is the outermost created folder, and `bottom` the innermost. */
async function openUp(top: string, bottom: string): Promise<void> {
  await chmod(top, 0o755);
  let path = top;
  for (const name of bottom.slice(top.length).split("/").filter(Boolean)) {
    path = join(path, name);
    await chmod(path, 0o755);
  }
}

/**
 * Creates an empty database cluster unless one exists. Creates the cluster in a temporary folder and then renames the folder, so that a failure never
 * leaves an incomplete cluster. Throws `unavailable` if an existing cluster cannot be used, or if initdb fails.
 */
export async function readyDataFolder(
  layout: Layout,
  install: { readonly binaries: string; readonly majorVersion: string },
  account: Account,
): Promise<"made" | "found"> {
  if (await checkDataFolder(layout, install.majorVersion)) return "found";
  await removeAbandoned(layout.root, "data");
  const temporary = join(layout.root, temporaryName("data"));
  try {
    await mkdir(temporary, { mode: 0o700 });
    const maker = account === null ? null : nobodyIds;
    if (maker !== null) await chown(temporary, maker.uid, maker.gid);
    await runInitdb(join(install.binaries, "bin", "initdb"), temporary, maker);
    if (account !== null) await giveTree(temporary, account);
    await rename(temporary, layout.data);
    await syncFolder(layout.root);
    return "made";
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    // Another process created the cluster first.
    if (isCode(cause, "ENOTEMPTY", "EEXIST")) return "found";
    throw cause;
  }
}

async function checkDataFolder(layout: Layout, majorVersion: string): Promise<boolean> {
  let found: string;
  try {
    found = (await readFile(join(layout.data, "PG_VERSION"), "utf8")).trim();
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return false;
    throw new AppError(
      "unavailable",
      `${withReason(`The database in ${layout.data} cannot be read`, cause)} Start Tembo as the user that created it.`,
      { cause },
    );
  }
  if (found !== majorVersion) {
    throw new AppError(
      "unavailable",
      `${layout.data} contains a database of PostgreSQL ${found}, but this version of Tembo runs PostgreSQL ${majorVersion}. Start the version of Tembo that created it, or migrate the data with PostgreSQL's own tools and set DATABASE_URL.`,
    );
  }
  return true;
}

/**
 * Changes the owner of files that belong to another user to PostgreSQL's user. The files may be from a time when Tembo did not run as root,
 * or belong to `nobody`, which earlier versions used. PostgreSQL must not be running on the data folder.
 */
export async function takeOwnership(layout: Layout, account: Account): Promise<void> {
  if (account === null) return;
  if ((await stat(layout.data)).uid !== account.uid) await giveTree(layout.data, account);
  // The folder may contain the socket and the lock file of a killed PostgreSQL.
  await giveTree(layout.socketDir, account);
}

/**
 * Writes the access rules. Only this process's user and root may connect. PostgreSQL identifies users by the credentials of the socket
 * connection, regardless of the socket's permissions.
 */
export async function writeAccess(layout: Layout, ownName: string): Promise<void> {
  const names = [...new Set(["root", ownName])].map((name) => `"${name.replaceAll('"', '""')}"`);
  const ident = names.flatMap((name) => [`tembo ${name} tembo`, `tembo ${name} postgres`]);
  await replaceFile(layout.ident, ident.map((line) => `${line}\n`).join(""), 0o644);
  await replaceFile(layout.hba, "local all all peer map=tembo\n", 0o644);
}

async function giveTree(path: string, account: { uid: number; gid: number }): Promise<void> {
  await lchown(path, account.uid, account.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await giveTree(child, account);
    else await lchown(child, account.uid, account.gid);
  }
}

/** Runs initdb, which syncs the files that it writes. In a measurement, `--no-sync` was not faster. */
async function runInitdb(program: string, folder: string, account: Account): Promise<void> {
  const flags = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"];
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const child = startProgram(
    () =>
      spawn(program, ["-D", folder, ...flags, ...locale], {
        ...(account ?? {}),
        cwd: "/",
        env: bareEnvironment,
        stdio: ["ignore", "ignore", "pipe"],
        timeout: 120_000,
      }),
    (cause) => cannotCreate(folder, cause),
  );
  let lastWords = "";
  child.stderr.on("data", (chunk: Buffer) => {
    lastWords = (lastWords + chunk).slice(-2_000);
  });
  const outcome = await new Promise<Error | string>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code, signal) => resolve(code === 0 ? "" : `it exited with ${signal ?? code}`));
  });
  if (outcome !== "") throw cannotCreate(folder, outcome, lastWords);
}

function cannotCreate(folder: string, cause: Error | string, lastWords = ""): AppError {
  const parts = [withReason(`The database could not be created in ${folder}`, cause), asSentence(lastWords)];
  return new AppError(
    "unavailable",
    `${parts.filter((part) => part !== "").join(" ")} Fix the problem, or set DATABASE_URL to your own PostgreSQL.`,
    { cause },
  );
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

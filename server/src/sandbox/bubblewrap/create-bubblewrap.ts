import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { paths } from "../../core/paths.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Sandbox, SandboxProvider, SandboxSpec } from "../../core/ports/sandbox.ts";
import { openWays } from "../folders/ensure-reachable.ts";
import { makeFolder, makePrivateFolder } from "../folders/make-folder.ts";
import { requirePaths } from "../folders/require-paths.ts";
import { ProcessRecords } from "../processes/process-records.ts";
import { buildArguments, dropPrivileges } from "./arguments.ts";
import { BubblewrapSandbox } from "./bubblewrap-sandbox.ts";
import { checkBubblewrap } from "./check.ts";
import { findPrograms } from "./find-programs.ts";
import { readHostLayout } from "./host-layout.ts";
import { writeIdentityFiles } from "./identity-files.ts";

export interface BubblewrapOptions {
  readonly dataDir: string;
  /** As `prepareRuntime` returned it: readable by every user, in a folder that holds nothing else. */
  readonly nodeBinary: string;
  /** As root, sessions run under the users from here on: number n has uid and gid uidBase + n % 50,000. */
  readonly uidBase: number;
  readonly log: Logger;
  /** Where bwrap and setpriv are looked for. */
  readonly programFolders?: readonly string[];
}

const usersPerInstallation = 50_000;
const launcherFile = new URL("launcher.cjs", import.meta.url);
let launcherText: string | undefined;

function launcher(): string {
  launcherText ??= readFileSync(launcherFile, "utf8");
  return launcherText;
}

/** Sandboxes made with bubblewrap: every namespace unshared, no network, an unprivileged user. */
export function createBubblewrap(options: BubblewrapOptions): SandboxProvider {
  const create = (spec: SandboxSpec) => createSandbox(options, spec);
  return {
    name: "bubblewrap",
    check: () => checkBubblewrap(options, create),
    create,
    ownerOf: (sessionNumber) => userOf(options, sessionNumber),
  };
}

async function createSandbox(options: BubblewrapOptions, spec: SandboxSpec): Promise<Sandbox> {
  const { dataDir, nodeBinary } = options;
  const programs = findPrograms(options.programFolders);
  const { uid, gid } = userOf(options, spec.sessionNumber);
  const own = join(paths.session(dataDir, spec.sessionId), "sandbox");

  await makePrivateFolder(spec.workspacePath, uid, gid);
  await makePrivateFolder(spec.homePath, uid, gid);
  await makeFolder(dirname(spec.doors.model));
  const identity = writeIdentityFiles({
    folder: own,
    uid,
    gid,
    launcher: launcher(),
  });
  await requirePaths(spec.readOnlyPaths);
  const sources = [spec.workspacePath, spec.homePath, ...spec.readOnlyPaths, spec.doors.model, nodeBinary];
  openWays(dataDir, [own, ...sources.map((path) => dirname(path))]);

  const records = new ProcessRecords(join(own, "processes"));
  await records.endAll();

  const argv: [string, ...string[]] = [
    programs.bwrap,
    ...buildArguments({ spec, identity, layout: readHostLayout(), nodeFolder: dirname(nodeBinary) }),
  ];
  if (programs.setpriv !== null) argv.unshift(programs.setpriv, ...dropPrivileges(uid, gid));
  return new BubblewrapSandbox({ argv, uid, gid, spec, records, nodeFolder: dirname(nodeBinary) });
}

/** Not root: there is one user, ours, and bubblewrap keeps it. */
function userOf({ uidBase }: BubblewrapOptions, sessionNumber: number): { uid: number; gid: number } {
  const own = process.getuid!();
  if (own !== 0) return { uid: own, gid: process.getgid!() };
  const uid = uidBase + (sessionNumber % usersPerInstallation);
  return { uid, gid: uid };
}

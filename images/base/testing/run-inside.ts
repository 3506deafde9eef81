import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildEnvironment } from "../../../server/src/sandbox/inside/environment.ts";
import { inside } from "../../../server/src/sandbox/inside/places.ts";
import { writeSessionFiles } from "../../../server/src/sandbox/inside/session-files.ts";
import { SharedFiles } from "../../../server/src/sandbox/inside/shared-files.ts";

const uid = 61_000;

/**
 * Runs a shell script in the image as a session does: as a user without privileges or network, with a session's environment and files
 * in place of the image's, in an empty workspace. Returns the output. Throws if the script fails.
 */
export async function runInside(rootFolder: string, script: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tembo-inside-"));
  chmodSync(folder, 0o711);
  const own = (name: string) => {
    mkdirSync(join(folder, name));
    chownSync(join(folder, name), uid, uid);
    return join(folder, name);
  };
  try {
    // A mount point must exist in a layer, because the image's folders belong to root.
    const skeleton = join(folder, "skeleton");
    for (const path of [inside.homePath, inside.workspacePath])
      mkdirSync(join(skeleton, path), { recursive: true });
    const files = await writeSessionFiles({
      folder: join(folder, "files"),
      shared: new SharedFiles(folder),
      uid,
      gid: uid,
      spec: { gitRoutes: [], trustedCertificate: null },
      bundles: [],
    });
    const { status, stdout, stderr, error } = spawnSync(
      "setpriv",
      [
        ...["--reuid", String(uid), "--regid", String(uid), "--clear-groups", "--no-new-privs", "--"],
        ...["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"],
        ...["--overlay-src", rootFolder, "--overlay-src", skeleton, "--tmp-overlay", "/"],
        ...["--ro-bind", files.passwd, "/etc/passwd", "--ro-bind", files.group, "/etc/group"],
        ...["--ro-bind", files.hosts, "/etc/hosts", "--ro-bind", files.gitConfig, "/etc/gitconfig"],
        ...["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp", "--tmpfs", "/run"],
        ...["--bind", own("home"), inside.homePath, "--bind", own("workspace"), inside.workspacePath],
        ...["--chdir", inside.workspacePath, "--", "/bin/sh", "-euc", script],
      ],
      { env: environment, encoding: "utf8", timeout: 120_000 },
    );
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`The script failed with ${status}: ${stdout}${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const environment = buildEnvironment(
  {},
  {
    homePath: inside.homePath,
    nodeFolder: "/usr/local/bin",
    tmpPath: "/tmp",
    egressUrl: `http://127.0.0.1:${inside.ports.egress}`,
    toolsUrl: `http://127.0.0.1:${inside.ports.tools}`,
    certificates: null,
  },
);

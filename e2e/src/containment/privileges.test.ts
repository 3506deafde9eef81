import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstLine } from "../../../server/src/sandbox/testing/run-in-sandbox.ts";
import { asRoot, asUser } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { perl, sh } from "./support/script.ts";
import { loot } from "./support/stage.ts";

const { act, probe } = onStage(async () => {
  const folder = await mkdtemp(join(tmpdir(), "tembo-probes-tools-"));
  await chmod(folder, 0o755);
  const ofRoot = join(folder, "of-root");
  await writeFile(ofRoot, `${loot}\n`, { mode: 0o600 });
  for (const [name, mode] of [
    ["as-owner", 0o4755],
    ["as-group", 0o2755],
  ] as const) {
    await copyFile("/usr/bin/id", join(folder, name));
    await chmod(join(folder, name), mode);
  }
  return {
    readOnlyPaths: [folder],
    extraPlaces: { TOOLS: folder, OF_ROOT: ofRoot },
    alsoClose: () => rm(folder, { recursive: true, force: true }),
  };
});

probe("a setuid-root program does not run as root", {
  script: sh('"$TOOLS/as-owner" | tr " " "\\n" | grep euid; echo ran'),
  contained: /^ran$/m,
  escaped: /^euid=0/m,
  control: asUser,
});

probe("a setgid program that belongs to root's group does not run in that group", {
  script: sh('"$TOOLS/as-group" | tr " " "\\n" | grep egid; echo ran'),
  contained: /^ran$/m,
  escaped: /^egid=0/m,
  control: asUser,
});

probe("a mounted file that belongs to root cannot be read", {
  script: sh('cat "$OF_ROOT"'),
  contained: /Permission denied/,
  control: asRoot,
});

probe("root in a new user namespace cannot read a file that belongs to the host's root", {
  script: sh('unshare --user --map-root-user cat "$OF_ROOT" || echo refused'),
  contained: /Permission denied|refused/,
  control: asRoot,
});

probe("su does not grant root privileges", {
  script: sh('su -c "cat $OF_ROOT" root </dev/null; echo tried'),
  contained: /^tried$/m,
  control: asRoot,
});

probe("newgrp does not grant membership in root's group", {
  script: sh('echo "cat $OF_ROOT" | newgrp root; echo tried'),
  contained: /^tried$/m,
  control: asRoot,
});

probe("no program can gain privileges", {
  // PR_GET_NO_NEW_PRIVS. /proc/self/status does not show it in gVisor.
  script: perl(`print "flag ", syscall(${process.arch === "arm64" ? 167 : 157}, 39, 0, 0, 0, 0), "\\n"`),
  contained: /^flag 1$/m,
  escaped: /^flag 0$/m,
  control: asUser,
});

probe("no capability is held or can be gained", {
  script: sh("grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb):' /proc/self/status"),
  // gVisor does not show the ambient set.
  contained: /^(Cap...:\s0+\n){4,5}$/,
  escaped: /^Cap...:\s0*[1-9a-f]/m,
  control: asUser,
});

probe("the groups of the server's user are dropped", {
  script: perl(
    'my %all = map { $_ => 1 } split / /, $(; print "groups ", join(" ", grep { $_ == 0 } keys %all), "\\n"',
  ),
  contained: /^groups $/m,
  escaped: /^groups 0$/m,
  control: asRoot,
});

probe("the session's user is not root, not even inside the sandbox", {
  script: sh('awk \'{ print "user", $1, "is", $2 }\' /proc/self/uid_map; id -u'),
  contained: /^(?!0$)\d+$/m,
  escaped: /^0$/m,
  control: asRoot,
});

act("no program runs as root on the host", {
  attempt: async (stage) => {
    const word = randomUUID();
    const program = stage.sandbox.spawn(
      { argv: ["sh", "-c", 'echo up; exec tail -f /dev/null "$0"', word], cwd: "/", env: {} },
      AbortSignal.timeout(30_000),
    );
    await firstLine(program);
    // gVisor runs programs in its own processes: the sentry and the gofer.
    const state = join(stage.folders.ownPath, "runsc");
    return usersOf(
      (text) => text.includes(word) || (/runsc-(?:sandbox|gofer)/.test(text) && text.includes(state)),
    );
  },
  contained: /^(?:user [1-9]\d*\n)+$/,
  escaped: /^user 0$/m,
  control: async () => {
    const word = randomUUID();
    const program = spawn("tail", ["-f", "/dev/null", word], { stdio: "ignore" });
    await once(program, "spawn");
    const users = await usersOf((text) => text.includes(word));
    program.kill("SIGKILL");
    return users;
  },
});

act("a file that a program creates does not belong to root on the host", {
  attempt: async (stage) => {
    await stage.run(sh("rm -f created; echo x > created"));
    return ownerOf(join(stage.folders.workspacePath, "created"));
  },
  contained: /^owner [1-9]\d*$/,
  escaped: /^owner 0$/,
  control: async (stage) => {
    await asRoot(sh("rm -f created; echo x > created"), stage);
    return ownerOf(join(stage.folders.workspacePath, "created"));
  },
});

const ownerOf = async (path: string) => `owner ${(await stat(path)).uid}`;

/** Lists the users of the host's processes whose arguments match. */
async function usersOf(matches: (commandLine: string) => boolean): Promise<string> {
  const users: string[] = [];
  for (const entry of await readdir("/proc")) {
    const commandLine = await readFile(`/proc/${entry}/cmdline`, "latin1").catch(() => "");
    if (!/^\d+$/.test(entry) || !matches(commandLine)) continue;
    const status = await readFile(`/proc/${entry}/status`, "utf8").catch(() => "");
    const user = /^Uid:\s+(\d+)/m.exec(status)?.[1];
    if (user !== undefined) users.push(`user ${user}\n`);
  }
  return users.join("");
}

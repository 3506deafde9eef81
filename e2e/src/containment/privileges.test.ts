import { chmod, copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asRoot, asUser } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { perl, sh } from "./support/script.ts";
import { loot } from "./support/stage.ts";

const { probe } = onStage(async () => {
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
  script: sh("grep -E '^NoNewPrivs:' /proc/self/status"),
  contained: /^NoNewPrivs:\s1$/m,
  escaped: /^NoNewPrivs:\s0$/m,
  control: asUser,
});

probe("no capability is held or can be gained", {
  script: sh("grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb):' /proc/self/status"),
  contained: /^(Cap...:\s0+\n){5}$/,
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

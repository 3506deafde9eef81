import { chmod, copyFile, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asRoot, asRootOfSystem, asUser, type Control } from "./support/controls.ts";
import { scopes } from "./support/exclusions.ts";
import { onStage } from "./support/probe.ts";
import { perl, sh } from "./support/script.ts";
import { loot } from "./support/stage.ts";

const { probe, act } = onStage(async () => {
  // The image has the same entries as this folder of the host, except for the target of the link.
  const folder = await mkdtemp("/var/tmp/tembo-probes-");
  await chmod(folder, 0o755);
  const secret = join(folder, "secret");
  await writeFile(secret, `${loot}\n`, { mode: 0o644 });
  await symlink(secret, join(folder, "link"));
  const asOwner = join(folder, "as-owner");
  await copyFile("/usr/bin/id", asOwner);
  await chmod(asOwner, 0o4755);
  return {
    imageFiles: [
      { name: "var/tmp/", mode: 0o1777 },
      { name: join(folder, "link").slice(1), type: "2", target: secret },
      { name: asOwner.slice(1), body: await readFile("/usr/bin/id"), mode: 0o4755 },
    ],
    extraPlaces: { LINK: join(folder, "link"), AS_OWNER: asOwner },
    alsoClose: () => rm(folder, { recursive: true, force: true }),
  };
}, scopes.images);

probe("profile user cannot replace a folder of programs in the image", {
  script: sh("rm -f /bin && ln -s /workspace /bin && echo changed"),
  contained: /Permission denied/,
  escaped: /^changed$/m,
  control: asRootOfSystem,
});

probe("profile user cannot change a program of the image", {
  script: sh("echo x >> /usr/bin/env && echo changed"),
  contained: /Permission denied|cannot create/,
  escaped: /^changed$/m,
  control: asRootOfSystem,
});

/** Runs the script as another user than root, because root of the host would be root in any case. */
const asNobody: Control = (script, stage) =>
  asRoot(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--", ...script], stage);

probe("a setuid program of the image does not run as its owner on the host", {
  // Inside, profile root is user 0 already, so the program runs as another user. id prints only an effective ID that differs.
  script: sh(
    'drop=; [ "$(id -u)" = 0 ] && drop="setpriv --reuid 1000 --regid 1000 --clear-groups --"; $drop "$AS_OWNER"',
  ),
  contained: /^uid=[1-9]\d*[^\n]* groups=/,
  escaped: /\beuid=/,
  control: asNobody,
});

probe("a link of the image does not reach host files", {
  script: sh('cat "$LINK"'),
  contained: /No such file/,
  control: asUser,
});

act("changes that another session makes to its image are hidden", {
  attempt: async (stage) => {
    await stage.runInOther(sh(`for at in /var/tmp / /usr; do echo ${loot} > $at/planted; done 2>/dev/null`));
    return stage.run(sh("cat /var/tmp/planted /planted /usr/planted"));
  },
  contained: /^(?:cat: \S+: No such file or directory\n){3}$/,
  control: (stage) => stage.runInOther(sh("cat /var/tmp/planted")),
});

probe("root of a system is another user on the host", {
  script: sh("while read -r first host count; do echo user $first is $host; done < /proc/self/uid_map"),
  contained: /^user 0 is [1-9]\d{8,}$/m,
  escaped: /^user 0 is 0$/m,
  control: asRoot,
});

probe("root of a system has no further capability", {
  // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, SYS_CHROOT and SETFCAP.
  script: perl(
    'open(my $file, "<", "/proc/self/status"); my ($set) = join("", <$file>) =~ /CapBnd:\\s+(\\w+)/; print hex($set) & ~0x800405fb ? "more\\n" : "expected\\n"',
  ),
  contained: /^expected$/m,
  escaped: /^more$/m,
  control: asRoot,
});

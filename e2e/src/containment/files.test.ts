import { asRoot, asUser, inBareBubblewrap } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { perl, sh } from "./support/script.ts";

const { probe, act } = onStage();
const hidden = /No such file/;
// gVisor checks the permissions first, and then whether the mount is read-only.
const readOnly = /Read-only file system|Permission denied/;

const planted = `/usr/bin/planted-${process.pid}`;
const plantProgram = sh(`echo planted > ${planted}; true`);
const findProgram = sh(`cat ${planted} 2>/dev/null || echo nothing`);
const removeProgram = sh(`cat ${planted}; rm -f ${planted}`);

probe("another session's workspace is hidden", {
  script: sh('cat "$OTHER_WORKSPACE/notes.txt"'),
  contained: hidden,
  control: asRoot,
});

probe("another session's HOME is hidden", {
  script: sh('cat "$OTHER_HOME/notes.txt"'),
  contained: hidden,
  control: inBareBubblewrapAsOther("OTHER_HOME"),
});

probe("the data folder is hidden, even if every user on the host can enter it", {
  script: sh('cat "$DATA_DIR/host-file"'),
  contained: hidden,
  control: asUser,
});

probe("the master key is hidden", {
  script: sh('cat "$DATA_DIR/master.key"'),
  contained: hidden,
  control: asRoot,
});

probe("the database files are hidden", {
  script: sh('cat "$DATA_DIR/postgres/data/base"'),
  contained: hidden,
  control: asRoot,
});

probe("the database log is hidden", {
  script: sh('cat "$DATA_DIR/postgres/postgres.log"'),
  contained: hidden,
  control: asUser,
});

probe("the mirror of another session's repository is hidden", {
  script: sh('cat "$OTHER_MIRROR/HEAD"'),
  contained: hidden,
  control: asUser,
});

probe("mirrors other than the session's own are not listed", {
  script: sh('ls "$OWN_MIRROR/.." | sed s/^other/PLANTED-LOOT/; echo listed'),
  contained: /^listed$/m,
  control: asUser,
});

probe("the repositories of the local forge are hidden", {
  script: sh('cat "$DATA_DIR/forge/one/app.git/HEAD"'),
  contained: hidden,
  control: asUser,
});

probe("a listing of the data folder shows only mounted entries", {
  script: sh('ls "$DATA_DIR" | sed s/^sessions/PLANTED-LOOT/; echo listed'),
  contained: /^listed$/m,
  control: asRoot,
});

probe("the session's own mirror is read-only", {
  script: sh('touch "$OWN_MIRROR/planted" && echo changed'),
  contained: readOnly,
  escaped: /^changed$/m,
  control: asRoot,
});

probe("a harness shared with other sessions is read-only", {
  script: sh('cp "$HARNESSES/tool" /tmp/same && cp /tmp/same "$HARNESSES/tool" && echo changed'),
  contained: readOnly,
  escaped: /^changed$/m,
  control: asRoot,
});

probe("the compile cache of a harness cannot be poisoned for other sessions", {
  script: sh(
    'cd "$HARNESSES/.compile-cache" && { echo bad > entry || mv entry other || touch new; } && echo changed',
  ),
  contained: readOnly,
  escaped: /^changed$/m,
  control: asRoot,
});

probe("a root-only file in a mounted folder cannot be read", {
  script: sh('cat "$HARNESSES/of-root"'),
  contained: /Permission denied/,
  control: asRoot,
});

probe("the host's password hashes are hidden", {
  script: sh("wc -l < /etc/shadow && echo read"),
  contained: hidden,
  escaped: /^read$/m,
  control: asRoot,
});

probe("root's HOME is hidden", {
  script: sh("ls -d /root/. && echo found"),
  contained: hidden,
  escaped: /^found$/m,
  control: asRoot,
});

probe("host folders with program state are hidden", {
  script: sh("for d in /var/log /boot /srv /opt /media /mnt; do ls -d $d 2>&1 && echo found; done; true"),
  contained: hidden,
  escaped: /^found$/m,
  control: asRoot,
});

probe("the host's /sys is hidden", {
  // gVisor has a /sys of its own.
  script: sh("ls -d /sys/module/*/parameters"),
  contained: hidden,
  escaped: /^\/sys\/module\/\w+\/parameters$/m,
  control: asRoot,
});

probe("the host's /tmp is hidden", {
  script: sh('cat "$HOST_TMP_FILE"'),
  contained: hidden,
  control: asUser,
});

probe("the host's /run and its sockets are hidden", {
  script: sh("ls /run | grep -v '^tembo$'; echo end; ls /run/lock /run/utmp /run/shm 2>&1 | head -3; true"),
  contained: /^end$/m,
  escaped: /^lock$/m,
  control: asRoot,
});

probe("a relative path out of the workspace does not reach host files", {
  script: sh('cat "../../../../../../../..$OTHER_WORKSPACE/notes.txt"'),
  contained: hidden,
  control: asRoot,
});

probe("a symbolic link in the workspace does not reach host files", {
  script: sh('ln -sfn "$OTHER_WORKSPACE" way && cat way/notes.txt'),
  contained: hidden,
  control: asRoot,
});

probe("the root links of processes in /proc do not reach host files", {
  script: sh('for p in /proc/[0-9]*; do cat "$p/root$DATA_DIR/host-file" 2>&1; done | sort -u'),
  contained: /No such file|Permission denied/,
  control: asRoot,
});

probe("no inherited file descriptor gives access to a host folder", {
  script: perl(
    'for my $n (3 .. 255) { print -e "/proc/self/fd/$n/$ENV{DATA_DIR}/host-file" ? "PLANTED-LOOT\\n" : "" } print "looked\\n"',
  ),
  contained: /looked/,
  control: (script, stage) => asUser(["sh", "-c", 'exec 9</; exec "$@"', "sh", ...script], stage),
});

probe("system programs cannot be replaced", {
  script: sh("touch /usr/bin/planted-probe && rm /usr/bin/planted-probe && echo changed"),
  contained: readOnly,
  escaped: /^changed$/m,
  control: asRoot,
});

act("a replaced system program is replaced neither on the host nor for another session", {
  attempt: async (stage) => {
    await stage.run(plantProgram);
    return `${await stage.runInOther(findProgram)}${await asRoot(findProgram, stage)}`;
  },
  contained: /^nothing\nnothing\n$/,
  escaped: /^planted$/m,
  control: async (stage) => {
    await asRoot(plantProgram, stage);
    return `${await stage.runInOther(findProgram)}${await asRoot(removeProgram, stage)}`;
  },
});

probe("no library can be preloaded into every program", {
  script: sh("touch /etc/ld.so.preload.probe && rm /etc/ld.so.preload.probe && echo changed"),
  contained: readOnly,
  escaped: /^changed$/m,
  control: asRoot,
});

probe("no device node of a host disk exists", {
  script: sh(
    "ls /dev | grep -E '^(vd|sd|nvme|xvd|loop|kmsg|mem|kvm|vsock)' | head -1 | sed 's/^/device /'; echo listed",
  ),
  contained: /^listed$/m,
  escaped: /^device /m,
  control: asRoot,
});

/** Control without the guard. Mounts the other session's folder and runs the script as the folder's owner. */
function inBareBubblewrapAsOther(place: string) {
  const mounted = inBareBubblewrap({ mount: [place] });
  return (...[script, stage]: Parameters<typeof mounted>) =>
    mounted(script, {
      ...stage,
      sandbox: stage.otherSandbox,
      owner: stage.otherOwner,
      folders: stage.otherFolders,
    });
}

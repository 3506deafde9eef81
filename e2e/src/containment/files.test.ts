import { asRoot, asUser, inBareBubblewrap } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { perl, sh } from "./support/script.ts";

const { probe } = onStage();
const hidden = /No such file/;
const readOnly = /Read-only file system/;

probe("another session's workspace is not there", {
  script: sh('cat "$OTHER_WORKSPACE/notes.txt"'),
  contained: hidden,
  control: asRoot,
});

probe("another session's HOME is not there", {
  script: sh('cat "$OTHER_HOME/notes.txt"'),
  contained: hidden,
  control: inBareBubblewrapAsOther("OTHER_HOME"),
});

probe("the data folder is not there, though every user of the host may enter it", {
  script: sh('cat "$DATA_DIR/host-file"'),
  contained: hidden,
  control: asUser,
});

probe("the master key is not there", {
  script: sh('cat "$DATA_DIR/master.key"'),
  contained: hidden,
  control: asRoot,
});

probe("the files of the database are not there", {
  script: sh('cat "$DATA_DIR/postgres/data/base"'),
  contained: hidden,
  control: asRoot,
});

probe("the log of the database is not there", {
  script: sh('cat "$DATA_DIR/postgres/postgres.log"'),
  contained: hidden,
  control: asUser,
});

probe("the mirror of a repository of others is not there", {
  script: sh('cat "$OTHER_MIRROR/HEAD"'),
  contained: hidden,
  control: asUser,
});

probe("a mirror beside the session's own is not listed", {
  script: sh('ls "$OWN_MIRROR/.." | sed s/^other/PLANTED-LOOT/; echo listed'),
  contained: /^listed$/m,
  control: asUser,
});

probe("the local forge's repositories are not there", {
  script: sh('cat "$DATA_DIR/forge/one/app.git/HEAD"'),
  contained: hidden,
  control: asUser,
});

probe("of the data folder only what is bound in is listed", {
  script: sh('ls "$DATA_DIR" | sed s/^sessions/PLANTED-LOOT/; echo listed'),
  contained: /^listed$/m,
  control: asRoot,
});

probe("the session's own mirror cannot be changed", {
  script: sh('touch "$OWN_MIRROR/planted" && echo changed'),
  contained: readOnly,
  escaped: /^changed$/m,
  control: asRoot,
});

probe("a harness, which other sessions run too, cannot be changed", {
  script: sh('cp "$HARNESSES/tool" /tmp/same && cp /tmp/same "$HARNESSES/tool" && echo changed'),
  contained: /Read-only file system|Permission denied/,
  escaped: /^changed$/m,
  control: asRoot,
});

probe("a file that only root may read stays so in a folder that is bound in", {
  script: sh('cat "$HARNESSES/of-root"'),
  contained: /Permission denied/,
  control: asRoot,
});

probe("the password hashes of the host are not there", {
  script: sh("wc -l < /etc/shadow && echo read"),
  contained: hidden,
  escaped: /^read$/m,
  control: asRoot,
});

probe("root's HOME is not there", {
  script: sh("ls -d /root/. && echo found"),
  contained: hidden,
  escaped: /^found$/m,
  control: asRoot,
});

probe("folders of the host where programs keep state are not there", {
  script: sh(
    "for d in /var/log /sys/kernel /boot /srv /opt /media /mnt; do ls -d $d 2>&1 && echo found; done; true",
  ),
  contained: hidden,
  escaped: /^found$/m,
  control: asRoot,
});

probe("the host's /tmp is another one", {
  script: sh('cat "$HOST_TMP_FILE"'),
  contained: hidden,
  control: asUser,
});

probe("the host's /run and its sockets are others", {
  script: sh("ls /run | grep -v '^tembo$'; echo end; ls /run/lock /run/utmp /run/shm 2>&1 | head -3; true"),
  contained: /^end$/m,
  escaped: /^lock$/m,
  control: asRoot,
});

probe("a way up out of the workspace leads nowhere", {
  script: sh('cat "../../../../../../../..$OTHER_WORKSPACE/notes.txt"'),
  contained: hidden,
  control: asRoot,
});

probe("a link planted in the workspace leads nowhere", {
  script: sh('ln -sfn "$OTHER_WORKSPACE" way && cat way/notes.txt'),
  contained: hidden,
  control: asRoot,
});

probe("the roots of processes are no way out", {
  script: sh('for p in /proc/[0-9]*; do cat "$p/root$DATA_DIR/host-file" 2>&1; done | sort -u'),
  contained: /No such file|Permission denied/,
  control: asRoot,
});

probe("no descriptor left open leads to a folder of the host", {
  script: perl(
    'for my $n (3 .. 255) { print -e "/proc/self/fd/$n/$ENV{DATA_DIR}/host-file" ? "PLANTED-LOOT\\n" : "" } print "looked\\n"',
  ),
  contained: /looked/,
  control: (script, stage) => asUser(["sh", "-c", 'exec 9</; exec "$@"', "sh", ...script], stage),
});

probe("programs of the system cannot be replaced", {
  script: sh("touch /usr/bin/planted-probe && rm /usr/bin/planted-probe && echo changed"),
  contained: readOnly,
  escaped: /^changed$/m,
  control: asRoot,
});

probe("a library cannot be put before every program", {
  script: sh("touch /etc/ld.so.preload.probe && rm /etc/ld.so.preload.probe && echo changed"),
  contained: readOnly,
  escaped: /^changed$/m,
  control: asRoot,
});

probe("the disks of the host have no device", {
  script: sh(
    "ls /dev | grep -E '^(vd|sd|nvme|xvd|loop|kmsg|mem|kvm|vsock)' | head -1 | sed 's/^/device /'; echo listed",
  ),
  contained: /^listed$/m,
  escaped: /^device /m,
  control: asRoot,
});

/** Control without the guard: mounts the folder of the other session and runs the script as its owner. */
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

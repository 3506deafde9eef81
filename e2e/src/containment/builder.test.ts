import { layerOwner } from "../../../server/src/layers/create-layers.ts";
import { testUidBase } from "../../../server/src/sandbox/testing/run-in-sandbox.ts";
import {
  asRoot,
  asRootInstead,
  asRootWithOwnMounts,
  inBubblewrapWithCoveredKey,
} from "./support/controls.ts";
import { scopes } from "./support/exclusions.ts";
import { onStage } from "./support/probe.ts";
import { callOf, perl, type Script, sh, syscall } from "./support/script.ts";

// A Dockerfile runs in a sandbox whose root can bind mounts. The scripts have all of its capabilities, although the steps
// of a Dockerfile lose CAP_SYS_ADMIN.
const mount = () => Promise.reject(new Error("A builder has no layers."));
const layers = { mount, firstId: layerOwner(testUidBase)?.firstId ?? 0 };
/** MNT_DETACH of umount2(2). */
const detach = 2;
const { probe } = onStage({ system: { profile: "builder" }, layers }, scopes.builder);

/** Later probes need the mounts of the sandbox. */
const inOwnMounts = (text: string): Script => ["unshare", "--mount", "--", "sh", "-c", text];
/** Unmounts each mount, the lowest path last, and looks for the key after each. One process does so, because programs disappear as well. */
const lookBelowMounts = perl(`
  my ($count, @paths) = (0, map { "$_$ENV{DATA_DIR}/master.key" } "", "/oldroot");
  my $look = sub { for my $path (@paths) { open(my $file, "<", $path) or next; print <$file> } };
  open(my $mounts, "<", "/proc/mounts") or die $!;
  for my $at (reverse sort map { (split " ")[1] } <$mounts>) {
    $at =~ s/\\\\(\\d{3})/chr oct $1/ge;
    ${callOf("umount2", { perl: "$at" }, detach)}
    next if $result == -1;
    $count += 1;
    $look->();
  }
  print "unmounted: $count\n"`);

probe("a builder cannot mount a file system", {
  script: sh("mkdir -p at; mount -n -t tmpfs none at && echo mounted"),
  contained: /permission denied|not permitted/i,
  escaped: /^mounted$/m,
  control: asRootWithOwnMounts,
});
probe("a builder cannot mount an overlay of the host's folders", {
  script: sh(
    "mkdir -p at up work; mount -n -t overlay -o lowerdir=/usr,upperdir=up,workdir=work none at && echo mounted",
  ),
  contained: /permission denied|not permitted/i,
  escaped: /^mounted$/m,
  control: asRootWithOwnMounts,
});
probe("a builder finds no file of the host below its mounts", {
  script: ["unshare", "--mount", "--", ...lookBelowMounts],
  // /workspace, HOME, /tmp, /usr and others.
  contained: /^unmounted: \d\d/m,
  control: inBubblewrapWithCoveredKey,
});
probe("a builder cannot bind files of another session", {
  script: sh(
    'mkdir -p at; mount -n --bind "$OTHER_WORKSPACE" at; cat at/notes.txt "$OTHER_WORKSPACE/notes.txt"',
  ),
  contained: /No such file/,
  control: asRootWithOwnMounts,
});
probe("a builder cannot enter the namespaces of a process outside", {
  script: sh(
    'nsenter --target "$ROOT_PID" --mount cat "$DATA_DIR/master.key"; cat "/proc/$ROOT_PID/environ"',
  ),
  contained: /No such file/,
  control: asRoot,
});
probe("a builder cannot create a user namespace", {
  script: sh("unshare --user true && echo created"),
  contained: /not permitted/,
  escaped: /^created$/m,
  control: asRoot,
});
probe("a builder cannot create a device node", {
  script: sh("rm -f device; mknod device c 1 5 && head -c 4 device | od -An -tx1"),
  contained: /not permitted/,
  escaped: /00 00 00 00/,
  control: asRoot,
});
probe("a builder cannot change the kernel's settings after it has unmounted what covers them", {
  script: inOwnMounts(
    'umount -l /proc/sys; value=$(cat /proc/sys/kernel/core_pattern); printf "%s\\n" "$value" > /proc/sys/kernel/core_pattern && echo changed',
  ),
  contained: /Permission denied|Read-only|cannot create/,
  escaped: /^changed$/m,
  control: asRootInstead(
    sh(
      'value=$(cat /proc/sys/kernel/core_pattern); printf "%s\\n" "$value" > /proc/sys/kernel/core_pattern && echo changed',
    ),
  ),
});
probe("a builder cannot add keys to the kernel", {
  script: syscall("add_key", "user", "name", "data", 4, 0xfffffffe),
  contained: /not permitted/,
  escaped: /^add_key: (?!.*not permitted)/m,
  control: asRoot,
});
probe("a builder cannot connect to a socket of another session", {
  script: perl(
    'use Socket; socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un($ENV{OTHER_SOCKET})) or die "$!\\n"; print <$s>',
  ),
  contained: /No such file/,
  control: asRoot,
});

import { asUser, inBareBubblewrap } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { perl, type Script, sh } from "./support/script.ts";

const mebibyte = 1024 ** 2;

const { act, probe } = onStage({
  limits: { cpus: 1, memoryBytes: 256 * mebibyte, processes: 96, diskBytes: 128 * mebibyte, files: 2_000 },
});

// Each script uses slightly more than the sandbox allows, but no more than any machine has, so the control succeeds.

/** Registers a probe of a limit. Bubblewrap ends the program that exceeds it, and gVisor the whole sandbox. */
function probeLimit(sentence: string, script: Script, ended: RegExp, reached: RegExp, escaped: RegExp): void {
  act(sentence, {
    attempt: (stage) => stage.runInFresh(script),
    contained: new RegExp(`${ended.source}|${reached.source}`, "m"),
    escaped,
    control: (stage) => inBareBubblewrap()(script, stage),
  });
}

probeLimit(
  "a fork bomb is stopped by the process limit",
  perl(
    'my $count = 0; for (1 .. 200) { my $child = fork; last if !defined $child; if (!$child) { sleep 20; exit } $count++; push @all, $child } print "begot $count\\n"; kill("KILL", $_) for @all',
  ),
  /^begot \d\d?$/,
  /limit of 96 processes/,
  /^begot 200$/m,
);

probeLimit(
  "threads count toward the process limit",
  perl(
    'my $count = 0; for (1 .. 40) { my $child = fork; last if !defined $child; if (!$child) { exec "node", "-e", "setTimeout(() => {}, 20000)" } $count++; push @all, $child } sleep 3; my $threads = () = glob("/proc/[0-9]*/task/[0-9]*"); print "runs ", ($threads > 130 ? "many" : "few"), "\\n"; kill("KILL", $_) for @all',
  ),
  /^runs few$/,
  /limit of 96 processes/,
  /^runs many$/m,
);

probeLimit(
  "a program that exceeds the memory limit is killed",
  sh(`perl -e '$x .= "x" x 1000000 while length $x < 600000000; print "took it all\\n"' || echo ended`),
  /^ended$/,
  /memory limit of 256 MiB/,
  /^took it all$/m,
);

probeLimit(
  "several programs share one memory limit",
  sh(
    `for n in 1 2 3; do perl -e '$x .= "x" x 1000000 while length $x < 200000000; sleep 3; print "held\\n"' & done; wait; echo waited`,
  ),
  /^waited$/,
  /memory limit of 256 MiB/,
  /^held\nheld\nheld$/m,
);

probe("/tmp has a size limit, because it is in memory", {
  script: sh("head -c 400M /dev/zero > /tmp/fill && echo filled; rm -f /tmp/fill; echo tried"),
  contained: /^tried$/m,
  escaped: /^filled$/m,
  control: inBareBubblewrap(),
});

const fill = (folder: string) =>
  sh(`head -c 100M /dev/zero > ${folder}/fill && echo filled; rm -f ${folder}/fill; echo tried`);

for (const folder of ["/dev/shm", "/run"]) {
  probe(`${folder} has a size limit`, {
    script: fill(folder),
    contained: /No space left|Permission denied/,
    escaped: /^filled$/m,
    // Writes the same amount of data to a folder on disk.
    control: (_script, stage) => asUser(fill(stage.folders.homePath), stage),
  });
}

probe("files cannot be created in /dev", {
  script: sh("head -c 1M /dev/zero > /dev/fill && echo filled; rm -f /dev/fill; true"),
  contained: /Read-only file system|Permission denied|cannot create/,
  escaped: /^filled$/m,
  control: inBareBubblewrap(),
});

probe("a single file cannot exceed the session's disk limit", {
  script: sh("head -c 200M /dev/zero > big && echo filled; rm -f big; echo tried"),
  contained: /File too large|tried|^$/,
  escaped: /^filled$/m,
  control: asUser,
});

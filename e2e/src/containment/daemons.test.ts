import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { countInside } from "../../../server/src/sandbox/testing/run-in-sandbox.ts";
import { asUser } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { perl, type Script, sh } from "./support/script.ts";

const { act } = onStage();

/** Registers a probe that searches for leftover processes by a unique word in their arguments. */
function probeLeftover(sentence: string, script: (word: string) => Script): void {
  act(sentence, {
    attempt: async (stage) => {
      const word = randomUUID();
      const result = await stage.run(script(word));
      const inside = await countInside(stage.sandbox, word);
      return `${result}left ${inside > 0 || (await processesWith(word)).length > 0}`;
    },
    contained: /^up\n[\s\S]*left false$/,
    escaped: /left true$/,
    control: async (stage) => {
      const word = randomUUID();
      await asUser(script(word), stage);
      let left = await processesWith(word);
      // A process in the middle of `exec` has no arguments.
      for (let tries = 0; left.length === 0 && tries < 100; tries++) left = await processesWith(word);
      for (const pid of left) process.kill(pid, "SIGKILL");
      return `left ${left.length > 0}`;
    },
  });
}

const quiet = "</dev/null >/dev/null 2>&1";

probeLeftover("a background program does not outlive the program that started it", (word) =>
  sh(`tail -f /dev/null ${word} ${quiet} & echo up`),
);

probeLeftover("a double-forked daemon in a new process session is killed", (word) =>
  sh(`(setsid tail -f /dev/null ${word} ${quiet} &) & wait; echo up`),
);

probeLeftover("a daemon that ignores termination signals is killed", (word) =>
  sh(
    `(trap '' HUP INT TERM QUIT USR1 USR2; nohup setsid tail -f /dev/null ${word} ${quiet} &) & wait; echo up`,
  ),
);

// The program suspends itself. A process that suspended another program might keep the output open.
probeLeftover("a suspended program is killed", (word) =>
  sh(`setsid sh -c 'kill -STOP $$' ${word} ${quiet} & echo up`),
);

probeLeftover("thirty daemons are killed", (word) =>
  sh(`for n in $(seq 30); do setsid tail -f /dev/null ${word} ${quiet} & done; echo up`),
);

probeLeftover("a daemon that changes its process name is killed", (word) =>
  perl(
    `if (fork) { print "up\\n"; exit } setpgrp; open STDIN, "<", "/dev/null"; open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null"; exec { "tail" } "systemd", "-f", "/dev/null", "${word}"`,
  ),
);

async function processesWith(word: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const commandLine = await readFile(`/proc/${entry}/cmdline`, "latin1").catch(() => "");
    if (commandLine.includes(word)) found.push(Number(entry));
  }
  return found;
}

import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { asUser } from "./support/controls.ts";
import { scopes } from "./support/exclusions.ts";
import { onStage } from "./support/probe.ts";
import { sh } from "./support/script.ts";

const { act, probe } = onStage({}, scopes.ownKernel);
const hostKernel = readFileSync("/proc/version", "utf8").trim();

probe("programs run on a kernel of their own", {
  script: sh("cat /proc/version"),
  contained: /^Linux version /,
  escaped: new RegExp(`^${hostKernel.replaceAll(/[^\w ]/g, "\\$&")}$`, "m"),
  control: asUser,
});

act("the kernel of the programs is limited by a system call filter on the host", {
  attempt: async ({ folders }) => {
    const state = join(folders.ownPath, "runsc");
    const pids = await pidsOf((text) => /runsc-sandbox/.test(text) && text.includes(state));
    return (await Promise.all(pids.map(countFilters))).join("");
  },
  contained: /^(?:more filters\n)+$/,
  escaped: /^no more filters$/m,
  control: () => countFilters("self"),
});

const ownFilters = filtersIn(readFileSync("/proc/self/status", "utf8"));

/** Compares the number of a process's system call filters with that of the test, which may itself run in a container. */
async function countFilters(pid: string): Promise<string> {
  const more = filtersIn(await readFile(`/proc/${pid}/status`, "utf8")) > ownFilters;
  return more ? "more filters\n" : "no more filters\n";
}

function filtersIn(status: string): number {
  return Number(/^Seccomp_filters:\s+(\d+)/m.exec(status)?.[1]);
}

async function pidsOf(matches: (commandLine: string) => boolean): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "")),
  );
  return pids.filter((_, index) => matches(lines[index]!));
}

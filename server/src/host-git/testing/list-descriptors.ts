import { readdirSync } from "node:fs";
import { text } from "node:stream/consumers";
import { configureHostGit, startProgram } from "../host-git.ts";

// Prints the descriptors of this process and those of a program that the git runner starts, as JSON. The program's list omits the descriptor that
// reads the folder. Not confined, because a confined program has no /proc.
await configureHostGit({ user: null, isConfined: false });
const program = startProgram({
  argv: [
    "perl",
    "-e",
    'opendir D, "/proc/self/fd"; print join " ", sort grep { /\\d/ && $_ != fileno D } readdir D',
  ],
  env: { PATH: "/usr/bin:/bin" },
  ...{ hasStdin: false, as: null, needsNetwork: false, lockFile: null },
  ...{ maxMemoryBytes: 1024 ** 3, maxFileBytes: 0, folders: { read: [], write: [], owned: [] } },
});
const [listed] = await Promise.all([text(program.stdout), program.exited]);
console.log(JSON.stringify({ own: readdirSync("/proc/self/fd"), program: listed.split(" ") }));
process.exit();

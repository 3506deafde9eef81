import { readdirSync } from "node:fs";
import { text } from "node:stream/consumers";
import { startFromStarter } from "../start-from-starter.ts";

// Prints the descriptors of this process and those of a program that it starts, as JSON. Each list omits the descriptor that reads the folder.
const { streams, ended } = startFromStarter({
  argv: [
    "perl",
    "-e",
    'opendir D, "/proc/self/fd"; print join " ", sort grep { /\\d/ && $_ != fileno D } readdir D',
  ],
  env: { PATH: "/usr/bin:/bin" },
  streams: [1],
});
const [program] = await Promise.all([text(streams[0]!), ended]);
// Descriptor 2 is always open, and prints the reason if the program does not start.
const listed = program.split(" ").filter((number) => number !== "2");
console.log(JSON.stringify({ own: readdirSync("/proc/self/fd"), program: listed }));
process.exit();

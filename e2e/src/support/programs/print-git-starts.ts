import { subscribe } from "node:diagnostics_channel";

/** Module that a server loads with `--import`. Prints the arguments of each program that host git starts, as one line of JSON. */
subscribe("tembo.host-git.start", (launch) => {
  const { argv } = launch as { readonly argv: readonly string[] };
  process.stderr.write(`git-start ${JSON.stringify(argv)}\n`);
});

/** Program that the contract suite runs. It starts a daemon in a sandbox, prints "up" and waits to be killed. */
import { makeProvider, type TestedName } from "./make-provider.ts";
import { firstLine, specOf, startDaemon } from "./run-in-sandbox.ts";

const [name, dataDir, token] = process.argv.slice(2) as [TestedName, string, string];
const provider = await makeProvider(name, dataDir);
const sandbox = await provider.create(specOf());
const program = sandbox.spawn(
  { argv: ["sh", "-c", `${startDaemon} cat`, "sh", token], cwd: "/", env: {} },
  new AbortController().signal,
);
console.log(await firstLine(program));

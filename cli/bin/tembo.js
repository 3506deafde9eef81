#!/usr/bin/env node
// This file is plain JavaScript that runs on Node 20. The command itself needs Node 24, which npm installs next to this
// package. The command is TypeScript in a clone, and JavaScript in the npm package.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const neededMajor = 24;
const here = realpathSync(fileURLToPath(import.meta.url));
const sources = join(dirname(here), "..", "src");
const isPackage = existsSync(join(sources, "main.js"));
const main = join(sources, isPackage ? "main.js" : "main.ts");

// npm and npx start this program from a shell, and forward SIGTERM only to the shell, which ends without this program. A
// script that starts the command in the background ("tembo start &") also ends without it, but the command must continue.
const isScript = /^(?:(["']?)tembo\1|node cli\/bin\/tembo\.js)(?: [\w .,:=/@-]*)?$/.test(
  process.env.npm_lifecycle_script ?? "",
);

if (majorOf(process.version) >= neededMajor && !isScript) {
  process.argv[1] = main;
  await import(pathToFileURL(main).href);
} else {
  const node = majorOf(process.version) >= neededMajor ? process.execPath : findNode();
  if (node === null) {
    console.error(
      `tembo: Tembo requires Node ${neededMajor}, but this is Node ${process.version}, and npm has not installed Node ${neededMajor} with Tembo.\n` +
        `Next: ${installHint()}install Node ${neededMajor} from https://nodejs.org.`,
    );
    process.exit(1);
  }
  runWith(node);
}

/** Returns the start of the hint: how to install the Node package. Returns nothing for a machine without such a package. */
function installHint() {
  const hasNodePackage = process.platform === "linux" && ["x64", "arm64"].includes(process.arch);
  if (!hasNodePackage) return "";
  const fix = isPackage
    ? 'install Tembo again without "--omit=optional"'
    : 'run "npm install" in Tembo\'s folder';
  return `${fix}, or `;
}

function majorOf(version) {
  return Number(version.replace(/^v/, "").split(".")[0]);
}

/**
 * Returns the path of the Node executable in the `node-<platform>-<architecture>` package, or in `node_modules/.bin`.
 * Searches the node_modules folders next to and above this file. Returns null if none contains it.
 */
function findNode() {
  const isWindows = process.platform === "win32";
  const name = isWindows ? "node.exe" : "node";
  const installed = `node-${isWindows ? "win" : process.platform}-${process.arch}`;
  for (let folder = dirname(here); ; folder = dirname(folder)) {
    for (const candidate of [
      join(folder, "node_modules", installed, "bin", name),
      join(folder, "node_modules", ".bin", name),
    ]) {
      if (existsSync(candidate)) return candidate;
    }
    if (folder === dirname(folder)) return null;
  }
}

function runWith(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  const forward = (signal) => child.kill(signal);
  let isStopping = false;
  // The terminal sends Ctrl-C to the child directly. Forwarding it again would interrupt the child's clean shutdown.
  const isOnTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ["SIGINT", "SIGQUIT"]) process.on(signal, isOnTerminal ? () => {} : forward);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, forward);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => (isStopping = true));
  if (isScript) whenParentEnds(() => isStopping || forward("SIGTERM"));
  child.on("error", (error) => {
    console.error(`tembo: Could not start ${node}: ${error.message}.`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? code : 128 + (constants.signals[signal] ?? 0));
  });
}

/** Calls `act` when the parent process has ended. The system then gives this process another parent. */
function whenParentEnds(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, 500);
}

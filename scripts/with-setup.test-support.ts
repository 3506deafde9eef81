import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";

/**
 * A clone with its own PATH, which contains only the tools listed here. Stubs replace the tools that would change the
 * machine.
 */
interface Clone {
  readonly root: string;
  readonly bin: string;
  /** Replaces a command with a stub shell script. */
  fake(command: string, script: string): void;
  remove(command: string): void;
  run(env?: Record<string, string>, options?: readonly string[]): SpawnSyncReturns<string>;
  /** Returns the calls to the stubs of npm and apt-get. */
  calls(): string[];
}

const realTools = [
  "sh",
  "env",
  "dirname",
  "sha256sum",
  "readlink",
  "mkdir",
  "ln",
  "mv",
  "rm",
  "cat",
  "touch",
  "find",
];

export function makeClone(context: TestContext): Clone {
  const root = mkdtempSync(join(tmpdir(), "tembo-setup-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const bin = join(root, "bin");
  const log = join(root, "calls");
  mkdirSync(bin);
  mkdirSync(join(root, "scripts"));
  copyFileSync(join(import.meta.dirname, "with-setup.sh"), join(root, "scripts/with-setup.sh"));
  writeFileSync(join(root, "package-lock.json"), "{}");
  for (const tool of realTools)
    symlinkSync(spawnSync("which", [tool], { encoding: "utf8" }).stdout.trim(), join(bin, tool));
  const fake = (command: string, script: string) => {
    rmSync(join(bin, command), { force: true });
    writeFileSync(join(bin, command), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, command), 0o755);
  };
  fake("node", "echo v20.19.0");
  fake("sleep", "exit 0");
  fake("git", "exit 0");
  fake("bwrap", "exit 0");
  fake("id", "echo 0");
  fake(
    "npm",
    `echo "npm $*" >>"${log}"; rm -rf node_modules; mkdir -p node_modules/.bin; printf '#!/bin/sh\\necho v24.0.0\\n' >node_modules/.bin/node; chmod +x node_modules/.bin/node`,
  );
  fake("chmod", `exec ${spawnSync("which", ["chmod"], { encoding: "utf8" }).stdout.trim()} "$@"`);
  fake("apt-get", `echo "apt-get $*" >>"${log}"`);
  return {
    root,
    bin,
    fake,
    remove: (command) => rmSync(join(bin, command)),
    run: (env = {}, options = []) =>
      spawnSync(join(bin, "sh"), [join(root, "scripts/with-setup.sh"), ...options, "node", "--version"], {
        cwd: root,
        encoding: "utf8",
        env: { PATH: bin, ...env },
        timeout: 30_000,
      }),
    calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
  };
}

export const install = "npm ci --no-audit --no-fund --loglevel=error";

export function aptVerbs(clone: Clone): (string | undefined)[] {
  return clone
    .calls()
    .filter((call) => call.startsWith("apt-get"))
    .map((call) => / (install|update)\b/.exec(call)?.[1]);
}

/**
 * Adds a dashboard to the clone. A stub of Vite writes one file, and then fails if `broken` exists. Each change has a
 * later time than the previous one, so that no two files have the same time.
 */
export function addDashboard(clone: Clone) {
  const [broken, clock] = [join(clone.root, "broken"), join(clone.root, "clock")];
  let now = Date.now() / 1000 + 60;
  const change = (name: string, content = "") => {
    now += 1;
    for (const path of [join(clone.root, name), clock]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      utimesSync(path, now, now);
    }
  };
  for (const source of ["web/index.html", "web/src/main.tsx", "sdk/src/index.ts"]) change(source);
  const vite = `mkdir -p dist; touch -r "${clock}" dist/index.html; [ ! -e "${broken}" ] || { echo no such import >&2; exit 1; }`;
  const npm = readFileSync(join(clone.bin, "npm"), "utf8").replace("#!/bin/sh\n", "");
  const build = `case "$1" in */vite.js) ${vite};; *) echo v24.0.0;; esac`;
  writeFileSync(join(clone.root, "node-of-modules"), `#!/bin/sh\n${build}\n`);
  clone.fake("npm", npm.replace(/printf .* >(\S+);/, `cat "${clone.root}/node-of-modules" >$1;`));
  return {
    change,
    /** Replaces the machine's Node with a stub that also runs the stub of Vite. */
    buildWithMachine: () => clone.fake("node", build.replace("v24.0.0", "v20.19.0")),
    breakVite: () => writeFileSync(broken, ""),
    fixVite: () => rmSync(broken),
  };
}

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packCompose } from "../../scripts/release/pack-deployment.ts";

const root = join(import.meta.dirname, "../..");
export const installer = join(root, "deploy/install.sh");
export const version = "9.8.7";
const limitMs = 60_000;

/** Runs the installer for a user with an empty HOME, from a release with a small npm package and the real Compose project. */
export function createInstallation() {
  const folder = mkdtempSync(join(tmpdir(), "tembo-installer-"));
  // Another user also reads the release.
  chmodSync(folder, 0o755);
  const [release, home, temporary] = ["release", "home", "temporary"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [release, home, temporary]) mkdirSync(path);
  chmodSync(temporary, 0o1777);
  packCommand(folder, release);
  packCompose({ root, scratch: folder, target: release, version, epochSeconds: 0 });
  writeSums(release);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: temporary,
    npm_config_prefix: join(home, "prefix"),
    npm_config_userconfig: join(home, ".npmrc"),
    npm_config_cache: join(home, ".npm"),
  };
  return {
    folder,
    release,
    home,
    /** Files that the installer left in the folder for temporary files. npm adds a cache of its own. */
    leftovers: () => readdirSync(temporary).filter((name) => name.startsWith("tembo")),
    /** Runs the installer without a terminal, from its standard input, as `curl | sh` does. */
    run(args: readonly string[], more: Readonly<Record<string, string>> = {}, user?: number) {
      const { status, stdout, stderr } = spawnSync("setsid", ["--wait", "sh", "-s", "--", ...args], {
        cwd: "/",
        env: { ...env, ...more },
        input: readFileSync(installer),
        encoding: "utf8",
        timeout: limitMs,
        ...(user !== undefined && { uid: user, gid: user }),
      });
      return { status, stdout, stderr };
    },
    /** Starts the installer in a terminal, from a pipe. */
    start(args: readonly string[]) {
      const command = `cat '${installer}' | sh -s -- ${args.map((arg) => `'${arg}'`).join(" ")}`;
      return onTerminal(command, env);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Writes SHA256SUMS with the hashes of all other files in the folder. */
export function writeSums(folder: string): void {
  const names = readdirSync(folder).filter((name) => name !== "SHA256SUMS");
  const hash = (name: string) =>
    createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
  writeFileSync(join(folder, "SHA256SUMS"), names.map((name) => `${hash(name)}  ${name}\n`).join(""));
}

function packCommand(scratch: string, target: string): void {
  const source = join(scratch, "package");
  mkdirSync(source);
  const manifest = { name: "@opentembo/tembo", version, bin: { tembo: "tembo.js" } };
  writeFileSync(join(source, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(source, "tembo.js"), `#!/usr/bin/env node\nconsole.log("${version}");\n`);
  execFileSync("npm", ["pack", "--silent", "--offline", "--pack-destination", target], { cwd: source });
}

function onTerminal(command: string, env: NodeJS.ProcessEnv) {
  const child = spawn("script", ["-qefc", command, "/dev/null"], { env, timeout: limitMs });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let shown = "";
  const waiting = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    for (const check of waiting) check();
  });
  return {
    /** Waits until the terminal shows the text. Fails if the command ends before. */
    async see(text: string | RegExp): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const check = () => (typeof text === "string" ? shown.includes(text) : text.test(shown)) && resolve();
      waiting.add(check);
      check();
      await Promise.race([
        promise,
        ended.then((code) => {
          throw new Error(`The command ended with ${code} before it showed ${text}:\n${shown}`);
        }),
      ]).finally(() => waiting.delete(check));
    },
    type: (text: string) => child.stdin.write(text),
    /** Waits for the end. Returns the exit code and everything that the terminal showed. */
    async end() {
      const status = await ended;
      return { status, shown };
    },
  };
}

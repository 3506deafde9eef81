import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";

const repository = join(import.meta.dirname, "..");
const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** Stub of the command. The stub prints "ready" when it is running, and exits on SIGTERM as the server does. */
const stub = `
process.once("SIGTERM", () => { console.log("stopped"); process.exit(0); });
setInterval(() => {}, 60_000);
console.log("ready");
`;

/** Sends SIGTERM only to npm once the command is running. Returns the command's output when npm has exited. */
async function stopNpm(context: TestContext, start: string): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "tembo-npm-start-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write("package.json", JSON.stringify({ name: "started", private: true, scripts: { start } }));
  write("package-lock.json", "{}");
  const hash = createHash("sha256").update("{}").digest("hex");
  write("node_modules/.tembo-setup", `${hash}  -\n`);
  write("cli/src/main.ts", stub);
  write("scripts/.keep", "");
  copyFileSync(join(repository, "scripts/with-setup.sh"), join(root, "scripts/with-setup.sh"));
  // Uses a separate process group, so that the test can kill any remaining process.
  const npm = spawn("npm", ["start", "--silent"], {
    cwd: root,
    detached: true,
    env: { ...process.env, npm_config_update_notifier: "false" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  context.after(() => {
    try {
      process.kill(-npm.pid!, "SIGKILL");
    } catch {
      // Ignores the error, because all processes of the group have already exited.
    }
  });
  let output = "";
  npm.stdout.on("data", (chunk) => {
    output += chunk;
    if (output.trim() === "ready") npm.kill("SIGTERM");
  });
  await new Promise((resolve) => npm.once("exit", resolve));
  return output;
}

test("npm start forwards SIGTERM to the server", { timeout: 60_000 }, async (context) => {
  assert.equal(await stopNpm(context, scripts.start!), "ready\nstopped\n");
});

test("control: a start script without exec does not forward SIGTERM", {
  timeout: 60_000,
}, async (context) => {
  const { start = "" } = scripts;
  assert.match(start, /^exec /);
  // Adds a second command, so that the shell cannot replace itself with the first command.
  assert.equal(await stopNpm(context, `${start.replace(/^exec /, "")}; true`), "ready\n");
});

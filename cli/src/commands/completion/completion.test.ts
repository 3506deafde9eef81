import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { answerWith, type FakeApi, sessionIn, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tembo-completion-"));
after(() => rmSync(folder, { recursive: true }));

// Runs the real program for completion and echoes any other command.
writeFileSync(
  join(folder, "tembo"),
  `#!/bin/sh\ncase "$1" in complet*) exec '${process.execPath}' '${main}' "$@";; esac\necho "RAN $*"\n`,
);
chmodSync(join(folder, "tembo"), 0o755);
writeFileSync(join(folder, "a-file.txt"), "");

const ids = ["01a21538-ad00-74f8-ab38-5470aac01c94", "02b21538-ad00-74f8-ab38-5470aac01c94"];
const api = (items: object[] = ids.map((id) => ({ ...sessionIn("completed"), id }))) =>
  startFakeApi({
    "GET /v1/sessions": { items, nextCursor: null },
    "GET /v1/runtimes": {
      items: [{ name: "codex", displayName: "Codex", compatibleModels: [{ name: "gpt-5.5", label: "GPT" }] }],
      nextCursor: null,
    },
  });
const envOf = ({ url }: FakeApi) => ({
  PATH: `${folder}:${process.env.PATH}`,
  HOME: folder,
  TERM: "dumb",
  TEMBO_API_KEY: "key",
  TEMBO_BASE_URL: url,
});

test("complete prints candidates with descriptions, and :files where the shell completes files", async () => {
  await using server = await api();
  const env = envOf(server);
  const complete = async (...words: string[]) =>
    (await runCommand(["complete", "--", ...words], { env })).stdout;
  assert.equal(await complete("session", "watch", "01"), `${ids[0]}\tcompleted: Fix it\n`);
  assert.equal(await complete("session", "create", "--attach", ""), ":files\n");
  assert.equal(await complete("nonsense", ""), "");
  assert.match(await complete("session", "sto"), /^stop\tstop a running/);
  assert.equal(server.asked.length, 1);
});

test("complete omits IDs that are not a single safe shell word", async () => {
  const evil = ["$(id)", "a b", "a;id", "ok", "-x`id`", "new\nline"].map((id) => ({
    ...sessionIn("completed"),
    id,
    title: "a\tb\x1b[2J\n",
  }));
  await using server = await api(evil);
  const ran = await runCommand(["complete", "--", "session", "watch", ""], { env: envOf(server) });
  assert.equal(ran.stdout, "ok\tcompleted: a b \n");
});

test("completes nothing and prints nothing without a key, without a server or on a server error", async () => {
  await using server = await startFakeApi({
    "GET /v1/sessions": (_, response) => answerWith(response, 500, { error: "Broke." }),
  });
  for (const env of [{}, envOf(server), { ...envOf(server), TEMBO_BASE_URL: "http://127.0.0.1:1" }]) {
    const ran = await runCommand(["complete", "--", "session", "watch", ""], { env });
    assert.deepEqual([ran.status, ran.stdout, ran.stderr], [1, "", ""]);
  }
  assert.equal(server.asked.length, 1, "sends one request and does not retry it");
});

/** Types `keys` into an interactive shell on a pseudo-terminal. Returns the shell's output. */
function typed(
  shell: string,
  setUp: string,
  keys: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("script", ["-qefc", shell, "/dev/null"], {
      env,
      cwd: folder,
      stdio: ["pipe", "pipe", "inherit"],
    });
    let shown = "";
    const rest = [...keys, "exit\n"];
    // Types the next line after the shell has responded to the previous one.
    const marker = () => `READY${rest.length}.`;
    const ask = () => child.stdin.write(`echo READY''${rest.length}.\n`);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      if (!shown.includes(marker())) return;
      const line = rest.shift();
      if (line === undefined) return;
      child.stdin.write(line);
      if (rest.length > 0) ask();
    });
    child.on("error", reject);
    child.on("close", () => resolve(shown));
    child.stdin.write(`${setUp}\n`);
    ask();
  });
}

const isHere = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).status === 0;
const lines: readonly (readonly [keys: string, ran: string])[] = [
  ["tembo sess\twa\t01\t\n", `RAN session watch ${ids[0]}`],
  ["tembo session create x --si\tla\t\n", "RAN session create x --size large"],
  ["tembo session create x --size=la\t\n", "RAN session create x --size=large"],
  ["tembo session create x --agent codex:gp\t\n", "RAN session create x --agent codex:gpt-5.5"],
  ["tembo skill add a-f\t\n", "RAN skill add a-file.txt"],
];

for (const [shell, command, setUp] of [
  [
    "bash",
    "bash --norc --noprofile -i",
    "bind 'set enable-bracketed-paste off'; source <(tembo completion bash)",
  ],
  ["zsh", "zsh -f -i", "unsetopt zle_bracketed_paste; source <(tembo completion zsh)"],
] as const) {
  test(`${shell} completes commands, options, ids and files`, { skip: !isHere(shell) }, async () => {
    await using server = await api();
    const shown = await typed(
      command,
      setUp,
      lines.map(([keys]) => keys),
      envOf(server),
    );
    for (const [, ran] of lines)
      assert.ok(shown.includes(`${ran}\r\n`), `the output lacks ${ran}:\n${shown}`);
  });
}

test("fish completes commands, options, IDs and files", { skip: !isHere("fish") }, async () => {
  await using server = await api();
  for (const [line, expected] of [
    ["tembo sess", "session\tstart and follow sessions"],
    ["tembo session watch 01", `${ids[0]}\tcompleted: Fix it`],
    ["tembo session create x --size la", "large"],
    ["tembo session create x --agent codex:gp", "codex:gpt-5.5\tGPT"],
    ["tembo skill add a-f", "a-file.txt"],
  ] as const) {
    const child = spawn(
      "fish",
      ["--no-config", "-c", `tembo completion fish | source; complete -C '${line}'`],
      {
        env: envOf(server),
        cwd: folder,
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let shown = "";
    for await (const text of child.stdout.setEncoding("utf8")) shown += text;
    assert.equal(shown.trimEnd(), expected);
  }
});

test("completion prints the script as JSON with --json, and lists the known shells for an unknown one", async () => {
  const answer = JSON.parse((await runCommand(["completion", "fish", "--json"])).stdout);
  assert.equal(answer.script, (await runCommand(["completion", "fish"])).stdout);
  const wrong = await runCommand(["completion", "tcsh"]);
  assert.match(wrong.stderr, /Allowed choices are bash, zsh, fish/);
});

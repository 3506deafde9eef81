import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startWorld, type World } from "../support/index.ts";
import { onPlace } from "./support/probe.ts";
import { loot } from "./support/stage.ts";
import { type WorkedTurn, workTurn } from "./support/turn.ts";

const run = promisify(execFile);

interface Place {
  readonly world: World;
  /** A world-writable folder on the host. Planted commands leave their marks in this folder. */
  readonly marks: string;
  readonly hostFile: string;
  readonly turn: WorkedTurn;
  readonly submodule: WorkedTurn;
  readonly seen: readonly string[];
}

/**
 * Returns a script that plants items in a repository that can make git run a command or read a file. Each item leaves a
 * mark with its own name.
 */
const plant = (marks: string, hostFile: string) => `
mark() { printf '#!/bin/sh\\ntouch ${marks}/%s\\ncat 2>/dev/null\\nexit 0\\n' "$1"; }
mkdir -p .git/hooks .git/planted
for hook in pre-commit post-commit pre-push reference-transaction post-index-change post-checkout; do
  mark "$hook" > .git/hooks/$hook; chmod +x .git/hooks/$hook; done
mark gpg > .git/planted/gpg; chmod +x .git/planted/gpg
echo one > tracked.txt
echo '* filter=planted diff=planted' > .gitattributes
ln -sfn ${hostFile} link-to-host
git config core.fsmonitor "touch ${marks}/fsmonitor; false"
git config filter.planted.clean "touch ${marks}/clean; cat"
git config diff.planted.textconv "touch ${marks}/textconv; cat"
git config core.sshCommand "touch ${marks}/ssh; false"
git config credential.helper "!touch ${marks}/credential; false"
git config commit.gpgSign true
git config gpg.program .git/planted/gpg
printf '[core]\\n\\teditor = touch ${marks}/editor\\n' > .git/included; git config include.path included
echo planted
`;

/** Returns a script that plants a submodule whose update strategy is a command. */
const plantSubmodule = (marks: string) => `
git init -q stolen && git -C stolen commit -q --allow-empty -m x
printf '[submodule "stolen"]\\n\\tpath = stolen\\n\\turl = ./stolen\\n\\tupdate = !touch ${marks}/submodule\\n' > .gitmodules
git config submodule.stolen.update '!touch ${marks}/submodule'; git config submodule.stolen.url ./stolen
git add --all 2>&1; git -C stolen commit -q --allow-empty -m y; echo planted
`;

const act = onPlace<Place>(
  async () => {
    const world = await startWorld();
    const marks = await mkdtemp(join(tmpdir(), "tembo-marks-"));
    await chmod(marks, 0o777);
    const hostFile = `${marks}.txt`;
    await writeFile(hostFile, `${loot}\n`, { mode: 0o644 });
    const turn = await workTurn(world, { repository: "tricks/app", attack: plant(marks, hostFile) });
    const submodule = await workTurn(world, { repository: "tricks/sub", attack: plantSubmodule(marks) });
    return { world, marks, hostFile, turn, submodule, seen: await readdir(marks) };
  },
  async ({ world, marks, hostFile }) => {
    for (const path of [marks, hostFile]) await rm(path, { recursive: true, force: true });
    await world.close();
  },
);

const checkoutOf = ({ world, turn }: Place, directory = "app", session = turn) =>
  join(world.dataDir, "sessions", session.sessionId, "workspace", directory);

/**
 * Runs plain git on the same checkout, outside the sandbox. Runs as the checkout's owner, because git does not trust
 * other users' folders.
 */
async function gitOutside(place: Place, args: readonly string[], cwd = checkoutOf(place)): Promise<string> {
  const { uid, gid } = await stat(cwd);
  const identity = {
    GIT_AUTHOR_NAME: "x",
    GIT_AUTHOR_EMAIL: "x",
    GIT_COMMITTER_NAME: "x",
    GIT_COMMITTER_EMAIL: "x",
  };
  await run("git", [...args], {
    cwd,
    uid,
    gid,
    env: { PATH: process.env.PATH, HOME: "/nonexistent", GIT_TERMINAL_PROMPT: "0", ...identity },
  }).catch(() => {});
  const ran = (await readdir(place.marks)).map((name) => `host ran ${name}`);
  return ran.join("\n");
}

for (const [sentence, mark, control] of [
  ["the host does not run a planted file system monitor", "fsmonitor", ["status"]],
  ["the host does not run a planted filter", "clean", ["add", "--all", "--renormalize"]],
  ["the host does not run a planted diff program", "textconv", ["diff", "HEAD~1"]],
  ["the host does not run a planted pre-commit hook", "pre-commit", ["commit", "--allow-empty", "-mx"]],
  ["the host does not run a planted reference hook", "reference-transaction", ["branch", "x"]],
  ["the host does not run a planted index hook", "post-index-change", ["add", "--all"]],
  [
    "the host does not run a planted signing program",
    "gpg",
    ["commit", "--allow-empty", "-mx", "--no-verify"],
  ],
  ["the host does not run a planted SSH command", "ssh", ["ls-remote", "ssh://127.0.0.1/x"]],
  [
    "the host does not run a planted editor from an included file",
    "editor",
    ["commit", "--allow-empty", "--no-verify", "--no-gpg-sign"],
  ],
] as const) {
  act(sentence, {
    attempt: async ({ turn, seen }) =>
      `${turn.events.at(-1)?.eventType}\n${turn.output}\n${seen.filter((name) => name === mark).map((name) => `host ran ${name}`)}`,
    contained: /^turn\.completed\n[\s\S]*planted/,
    escaped: new RegExp(`host ran ${mark}`),
    control: (place) => gitOutside(place, control),
  });
}

act("a committed link to a host file exposes its path, not its content", {
  attempt: async ({ world, turn }) => {
    const { items } = await world.client.session.diffs.list(turn.sessionId);
    const patches = await Promise.all(
      items.map(({ id }) => world.client.session.diffs.retrieve(turn.sessionId, id)),
    );
    return patches.map(({ data }) => data).join("\n");
  },
  contained: /^\+\/.*tembo-marks-.*\.txt$/m,
  control: (place) => readFile(join(checkoutOf(place), "link-to-host"), "utf8"),
});

act("a submodule with an update command is left out of the commit", {
  attempt: async ({ submodule, seen }) =>
    `${JSON.stringify(submodule.events)} ${seen.includes("submodule") ? "host ran submodule" : ""}`,
  contained: /Omitted from the commit.*disallowed submodule update setting/,
  escaped: /host ran submodule$/m,
  control: async (place) => {
    const checkout = checkoutOf(place, "sub", place.submodule);
    // Current git rejects the command in .gitmodules but accepts it in the checkout's configuration.
    await gitOutside(
      place,
      ["config", "--file", ".gitmodules", "--unset", "submodule.stolen.update"],
      checkout,
    );
    return gitOutside(place, ["submodule", "update"], checkout);
  },
});

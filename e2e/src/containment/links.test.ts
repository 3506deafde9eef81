import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { reason } from "../../../server/src/core/base/index.ts";
import { writeWorkspaceFile } from "../../../server/src/core/turns/workspace-file/write-file.ts";
import { workspaceFiles } from "../../../server/src/sandbox/workspace-files.ts";
import { asRoot } from "./support/controls.ts";
import { onStage } from "./support/probe.ts";
import { sh } from "./support/script.ts";
import { loot, type Stage } from "./support/stage.ts";

// The sandbox plants the links, and the host reads them, as in a turn.
const { act } = onStage();
const maxBytes = 1_000_000;

/** Reads a file in the same way as the host reads .tembo.json and tagged files. */
const readByHost = async ({ folders }: Stage, path: string) =>
  `read ${await workspaceFiles.readText(folders.workspacePath, path, maxBytes)}`;

/** Reads a file by its path alone, without the guard. */
const readPlainly = ({ folders }: Stage, path: string) => readFile(join(folders.workspacePath, path), "utf8");

for (const [sentence, plant, path] of [
  ["a link to a host file is not followed", 'ln -sfn "$HOST_TMP_FILE" link-1', "link-1"],
  ["a link through a host folder is not followed", 'ln -sfn "$DATA_DIR" link-2', "link-2/host-file"],
  ["a link to another link is not followed", 'ln -sfn "$HOST_TMP_FILE" a; ln -sfn a link-3', "link-3"],
  [
    "a link through the root link of a process in /proc is not followed",
    'ln -sfn "/proc/self/root$HOST_TMP_FILE" link-4',
    "link-4",
  ],
  [
    "a link to a folder above the workspace is not followed",
    "mkdir -p deep; ln -sfn ../../../session-2/workspace deep/up",
    "deep/up/notes.txt",
  ],
] as const) {
  act(sentence, {
    attempt: async (stage) => {
      await stage.run(sh(plant));
      return readByHost(stage, path);
    },
    contained: /^read null$/,
    control: (stage) => readPlainly(stage, path),
  });
}

act("a link to the reader's environment is not followed", {
  attempt: async (stage) => {
    await stage.run(sh("ln -sfn /proc/self/environ environment"));
    return readByHost(stage, "environment");
  },
  contained: /^read null$/,
  escaped: /PATH=/,
  control: (stage) => readPlainly(stage, "environment"),
});

act("tagging a link does not reveal whether a host file exists", {
  attempt: async (stage) => {
    await stage.run(sh('ln -sfn "$HOST_TMP_FILE" tagged'));
    return `exists ${await workspaceFiles.isFile(stage.folders.workspacePath, "tagged")}`;
  },
  contained: /^exists false$/,
  escaped: /^exists true$/,
  control: async ({ folders }) => `exists ${(await stat(join(folders.workspacePath, "tagged"))).isFile()}`,
});

act("a file of another session cannot be hard-linked into the workspace", {
  attempt: async (stage) => {
    const result = await stage.run(sh('ln -f "$OTHER_WORKSPACE/notes.txt" hard'));
    return `${result}${await readByHost(stage, "hard")}`;
  },
  contained: /No such file[\s\S]*read null$/,
  control: async (stage) => {
    await asRoot(sh('ln -f "$OTHER_WORKSPACE/notes.txt" hard'), stage);
    return readByHost(stage, "hard");
  },
});

act("a checkout replaced by a link to another session's workspace is not read", {
  attempt: async (stage) => {
    await stage.run(sh('rm -rf checkout; ln -s "$OTHER_WORKSPACE" checkout'));
    const checkout = join(stage.folders.workspacePath, "checkout");
    return `read ${await workspaceFiles.readText(checkout, "notes.txt", maxBytes)}`;
  },
  contained: /^read null$/,
  control: (stage) => readPlainly(stage, "checkout/notes.txt"),
});

act("a pipe in place of a file does not block the host", {
  attempt: async (stage) => {
    await stage.run(sh("rm -f pipe; mkfifo pipe"));
    return readByHost(stage, "pipe");
  },
  contained: /^read null$/,
  escaped: /^held up$/m,
  control: (stage) => asRoot(sh("timeout 0.2 cat pipe || echo held up"), stage),
});

/** Opens an entry in the same way as the host does for a person who looks at the workspace. */
async function openForPerson({ folders }: Stage, path: string): Promise<string> {
  const opened = await workspaceFiles.openFile(folders.workspacePath, path, maxBytes);
  return typeof opened === "object" && opened !== null ? `opened ${opened.bytes}` : `opened ${opened}`;
}

for (const [sentence, plant, path, contained] of [
  [
    "a link to a host file is not opened for a person",
    'ln -sfn "$HOST_TMP_FILE" opened-1',
    "opened-1",
    /^opened link$/,
  ],
  [
    "a link to a host folder is not opened on the way to a file",
    'ln -sfn "$DATA_DIR" opened-2',
    "opened-2/host-file",
    /^opened null$/,
  ],
] as const)
  act(sentence, {
    attempt: async (stage) => {
      await stage.run(sh(plant));
      return openForPerson(stage, path);
    },
    contained,
    control: (stage) => readPlainly(stage, path),
  });

act("a link to a host folder is not listed for a person", {
  attempt: async (stage) => {
    await stage.run(sh('ln -sfn "$DATA_DIR" listed'));
    const found = await workspaceFiles.listFolder(stage.folders.workspacePath, "listed", {
      maxEntries: 100,
      choose: (entries) => entries,
    });
    return `listed ${JSON.stringify(found)}`;
  },
  contained: /^listed "link"$/,
  escaped: /host-file/,
  control: async ({ folders }) => `listed ${await readdir(join(folders.workspacePath, "listed"))}`,
});

act("a pipe is not opened for a person", {
  attempt: async (stage) => {
    await stage.run(sh("rm -f opened-pipe; mkfifo opened-pipe"));
    return openForPerson(stage, "opened-pipe");
  },
  // gVisor keeps pipes inside the sandbox.
  contained: /^opened (?:other|null)$/,
  escaped: /^held up$/m,
  control: (stage) =>
    asRoot(sh("rm -f opened-pipe; mkfifo opened-pipe; timeout 0.2 cat opened-pipe || echo held up"), stage),
});

/** Saves a file in the same way as a person does. Returns the result, and the content of the host file. */
async function saveForPerson({ sandbox, places }: Stage, path: string, read: string): Promise<string> {
  const sha256 = createHash("sha256").update(read).digest("hex");
  const write = writeWorkspaceFile(sandbox, { path, sha256, bytes: Buffer.from("overwritten") });
  const result = await write.then(() => "saved", reason);
  return `${result}; host file: ${await readFile(places.HOST_TMP_FILE!, "utf8")}`.replace(loot, "unchanged");
}

/** Writes through the path alone, without the guard. */
async function savePlainly({ folders, places }: Stage, path: string): Promise<string> {
  await writeFile(join(folders.workspacePath, path), "overwritten");
  const text = await readFile(places.HOST_TMP_FILE!, "utf8");
  await writeFile(places.HOST_TMP_FILE!, loot);
  return `host file: ${text}`;
}

for (const [sentence, plant, path] of [
  ["a save for a person writes through no link", 'ln -sfn "$HOST_TMP_FILE" saved-1', "saved-1"],
  [
    "a save for a person writes through no link to a folder",
    'ln -sfn "$(dirname "$HOST_TMP_FILE")" saved-2',
    "saved-2/FILE",
  ],
] as const) {
  const pathIn = ({ places }: Stage) => path.replace("FILE", basename(places.HOST_TMP_FILE!));
  act(sentence, {
    attempt: async (stage) => {
      await stage.run(sh(`${plant}; printf read > saved-plain`));
      const plain = await saveForPerson(stage, "saved-plain", "read");
      return `${plain}; ${await saveForPerson(stage, pathIn(stage), loot)}`;
    },
    contained:
      /^saved; host file: unchanged; .*(?:leads through a link|was not found).*; host file: unchanged$/s,
    escaped: /host file: overwritten/,
    control: (stage) => savePlainly(stage, pathIn(stage)),
  });
}

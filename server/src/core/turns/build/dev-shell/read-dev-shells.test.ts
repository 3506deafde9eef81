import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createBaseFiles } from "../../../../base-files/create-base-files.ts";
import { AppError, createMasker } from "../../../base/index.ts";
import type { Sandbox, SandboxCommand, SandboxSystem } from "../../sandbox/sandbox.ts";
import type { BuildContext } from "../build-context.ts";
import type { DevShellFile } from "./find-dev-shells.ts";
import { readDevShells } from "./read-dev-shells.ts";

const file = (name: DevShellFile["file"]): DevShellFile => ({ directory: "shop", file: name });
const shellOf = (variables: Readonly<Record<string, string>>) =>
  JSON.stringify({
    variables: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, { type: "exported", value }]),
    ),
  });

/** Runs programs without isolation, in a workspace with the repository `shop`. `nix` is a shell script that prints a dev shell, or missing. */
function setUp(t: TestContext, nix: string | null) {
  const root = mkdtempSync(join(tmpdir(), "tembo-dev-shell-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const folder of ["workspace/shop", "home", "bin"]) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "workspace/shop/tembo.nix"), "the flake");
  for (const name of ["sh", "cat", "cp", "head", "ls", "mktemp"])
    symlinkSync(`/bin/${name}`, join(root, "bin", name));
  if (nix !== null)
    writeFileSync(
      join(root, "bin/nix"),
      `#!/bin/sh\ncase "$*" in *" eval "*) echo riscv-plan9; exit;; esac\n${nix}`,
      {
        mode: 0o755,
      },
    );
  const homePath = join(root, "home");
  const sandbox = {
    workspacePath: join(root, "workspace"),
    homePath,
    spawn: ({ argv: [program, ...args], cwd }: SandboxCommand) => {
      const env = { PATH: `${root}/bin`, HOME: homePath, TMPDIR: root };
      const child = spawn(program, args, { cwd, env });
      return Object.assign(child, { exited: once(child, "close").then(([code]) => ({ code })) });
    },
    readFile: async (path: string, maxBytes: number) => {
      const content = readFileSync(path);
      if (content.length <= maxBytes) return content;
      throw new AppError("invalid_input", `The file is larger than ${maxBytes} bytes.`);
    },
  } as unknown as Sandbox;
  let log = "";
  const context = {
    output: {
      add: async (text: string) => {
        log += text;
      },
    },
    secrets: { environment: {} },
    masker: createMasker([{ key: "TOKEN", value: "sesame-open" }]),
    ports: { baseFiles: createBaseFiles() },
  } as unknown as BuildContext;
  const read = (files: readonly DevShellFile[]) =>
    readDevShells(context, { sandbox, system }, files, new AbortController().signal);
  return { read, log: () => log };
}

const system = { layers: ["sha256:a"], profile: "root", env: { PATH: "/bin" } } satisfies SandboxSystem;
const print = (variables: Readonly<Record<string, string>>) => `cat <<'END'\n${shellOf(variables)}\nEND\n`;

test("reads the variables of a flake that git tracks", async (t) => {
  const { read, log } = setUp(t, `echo "$@" >&2\n${print({ PATH: "/nix/a/bin", A: "b" })}`);
  assert.deepEqual(await read([file("flake.nix")]), { PATH: "/nix/a/bin", A: "b" });
  assert.match(
    log(),
    /print-dev-env --json --no-write-lock-file git\+file:\/\/\S+\/shop\?shallow=1#devShells\.riscv-plan9\.default\n/,
  );
  assert.doesNotMatch(log(), /exported/, "the log does not contain the variables");
});

test("passes tembo.nix to Nix as the only file of a flake", async (t) => {
  const { read, log } = setUp(
    t,
    `for flake do :; done\nfolder=\${flake#path:}\nfolder=\${folder%%#*}\nls "$folder" >&2\ncat "$folder/flake.nix" >&2\n${print({ A: "b" })}`,
  );
  assert.deepEqual(await read([file("tembo.nix")]), { A: "b" });
  assert.match(log(), /\nflake\.nix\nthe flake/);
});

test("notes that a system without nix cannot build a dev shell", async (t) => {
  const missing = setUp(t, null);
  assert.deepEqual(await missing.read([file("tembo.nix")]), {});
  assert.match(
    missing.log(),
    /\[Skipped, because the image does not contain nix\. Install nix in the image to use tembo\.nix\.\]/,
  );
});

test("requires a dev shell in tembo.nix, but not in flake.nix", async (t) => {
  const { read, log } = setUp(t, `echo "error: flake 'a' does not provide attribute 'b'" >&2; exit 1`);
  assert.deepEqual(await read([file("flake.nix")]), {});
  assert.match(log(), /\[Skipped, because the flake has no dev shell for this system\.\]/);
  await assert.rejects(read([file("tembo.nix")]), {
    code: "invalid_input",
    message:
      /^The dev shell of shop\/tembo\.nix could not be built: nix failed with exit code 1\..*\nerror: flake/s,
  });
});

const rejects = (t: TestContext, nix: string, message: RegExp) =>
  assert.rejects(setUp(t, nix).read([file("flake.nix")]), { code: "invalid_input", message });

test("rejects other failures, unreadable output and too many variables", async (t) => {
  await rejects(t, "echo 'error: no luck' >&2; exit 3", /exit code 3\. Its last lines:\n.*error: no luck/s);
  await rejects(t, "echo '{'", /in a form that this server cannot read/);
  await rejects(t, "head -c 5000000 /dev/zero", /^The file is larger than 4194304 bytes/);
  await rejects(
    t,
    print({ A: "a".repeat(64 * 1024) }),
    /^The dev shells and the system set variables of more/,
  );
});

test("rejects a variable that contains a secret", async (t) => {
  const withValue = (value: string) => print({ A: "b", B: value });
  await rejects(
    t,
    withValue("my sesame-open"),
    /^The variable B in the dev shell of shop\/flake\.nix contains/,
  );
  const { read } = setUp(t, withValue("my sesame"));
  assert.deepEqual(await read([file("flake.nix")]), { A: "b", B: "my sesame" }, "control");
});

import { readFileSync } from "node:fs";
import type { Sandbox, SandboxCommand, SandboxTerminal, TerminalSize } from "../../core/turns/index.ts";
import { interpreter } from "../init/init-text.ts";

export interface TerminalPlace {
  /** Starts a command with the given variables, and at most those of this machine. */
  readonly sandbox: Pick<Sandbox, "spawn">;
  /** Command that runs Perl inside. Defaults to the machine's own, which is visible inside if /usr is. */
  readonly perl?: readonly [string, ...string[]] | undefined;
}

let script: string | undefined;

/** Variables that change how Perl or its loader works. A system of a project can set them to files of its own. */
const changesPerl = /^(?:PERL|LD_|GLIBC_|LC_|LANG|LOCPATH)/;

/**
 * Implements `Sandbox.openTerminal`. The program's parent process creates the pseudoterminal inside the sandbox. The host sees only pipes.
 */
export function openTerminal(
  { sandbox, perl = [interpreter] }: TerminalPlace,
  { argv, cwd, env }: SandboxCommand,
  { rows, columns }: TerminalSize,
  signal: AbortSignal,
): SandboxTerminal {
  script ??= readFileSync(new URL("terminal.pl", import.meta.url), "utf8");
  const variables = Object.entries(env);
  // The script sets them for the program.
  const later = variables
    .filter(([name]) => changesPerl.test(name))
    .map(([name, value]) => `${name}=${value}`);
  const now = Object.fromEntries(variables.filter(([name]) => !changesPerl.test(name)));
  const settings = [rows, columns, later.length].map(String);
  const start: SandboxCommand["argv"] = [...perl, "-e", script, "--", ...settings, ...later, ...argv];
  // A machine without locales must not fill the terminal with Perl's warnings. The script removes the variable.
  const command = { argv: start, cwd, env: { ...now, PERL_BADLANG: "0" } };
  const { stdin, stdout, stderr, exited } = sandbox.spawn(command, signal);
  return {
    type: (bytes) => {
      const head = Buffer.from("i\0\0\0\0");
      head.writeUInt32BE(bytes.length, 1);
      stdin.write(Buffer.concat([head, bytes]));
      return stdin.writableLength;
    },
    resize: (size) => {
      const frame = Buffer.from("r\0\0\0\0");
      frame.writeUInt16BE(size.rows, 1);
      frame.writeUInt16BE(size.columns, 3);
      stdin.write(frame);
      return stdin.writableLength;
    },
    output: (async function* () {
      yield* stdout as AsyncIterable<Buffer>;
      // stderr explains why the terminal could not be created. The program's own output appears only on the terminal.
      yield* stderr as AsyncIterable<Buffer>;
    })(),
    exited,
  };
}

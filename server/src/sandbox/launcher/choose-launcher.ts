import { accessSync, constants, readFileSync } from "node:fs";

/** The first program of a sandbox. */
export interface Launcher {
  readonly interpreter: string;
  readonly text: string;
}

/** Visible inside the sandbox at the same path, because /usr is. */
const perl = "/usr/bin/perl";

/** Returns the Perl launcher if Perl is installed, which is almost always the case. It starts about 30 ms faster than the Node launcher. */
export function chooseLauncher(nodeBinary: string, hasPerl = isExecutable(perl)): Launcher {
  return hasPerl
    ? { interpreter: perl, text: read("launcher.pl") }
    : { interpreter: nodeBinary, text: read("launcher.cjs") };
}

const texts = new Map<string, string>();

function read(name: string): string {
  const text = texts.get(name) ?? readFileSync(new URL(name, import.meta.url), "utf8");
  texts.set(name, text);
  return text;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

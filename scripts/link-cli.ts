/**
 * Links the `tembo` command of this clone into a folder on the PATH: npm run link:cli [-- FOLDER]. The default folder is ~/.local/bin.
 * Replaces an existing file only if it is a link to a clone of Tembo.
 */
import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

const command = join(import.meta.dirname, "..", "cli", "bin", "tembo.js");
const folder = resolve(process.argv[2] ?? join(homedir(), ".local", "bin"));
const link = join(folder, "tembo");
// npm prepends its own folders to the PATH. A shell's PATH does not contain them.
const path = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((entry) => entry !== "" && !/[/\\](node_modules[/\\]\.bin|node-gyp-bin)$/.test(entry));

const found = lstatSync(link, { throwIfNoEntry: false });
if (found !== undefined && !(found.isSymbolicLink() && /\/cli\/bin\/tembo\.js$/.test(readlinkSync(link)))) {
  fail(
    `${link} exists and is not a link to Tembo. Remove it, or choose another folder: npm run link:cli -- FOLDER`,
  );
}
mkdirSync(folder, { recursive: true });
rmSync(link, { force: true });
symlinkSync(command, link);

console.log(`Linked ${link} to ${command}.`);
const first = path.map((entry) => join(entry, "tembo")).find((file) => existsSync(file));
if (!path.includes(folder)) {
  console.log(`${folder} is not on your PATH. Add it in your shell's profile, and run this command once:`);
  console.log(`  export PATH="${folder}:$PATH"`);
} else if (first !== link) {
  console.log(
    `Another command is found first on your PATH: ${first}. Remove it, or put ${folder} before it.`,
  );
} else {
  console.log('Run "tembo --help" in any folder.');
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

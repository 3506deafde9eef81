import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openWays } from "../folders/ensure-reachable.ts";
import { publishFile } from "./publish-file.ts";

/** Files that are the same for all sandboxes of a data folder. Each server writes them once. */
export class SharedFiles {
  readonly #dataDir: string;
  readonly #paths = new Map<string, Promise<string>>();

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /**
   * Returns the path of a file that contains the result of `compose`, which must always be the same for a name. The path contains a hash of the
   * contents, because servers of other versions use the folder, too.
   */
  path(name: string, compose: () => string | Buffer): Promise<string> {
    const known = this.#paths.get(name);
    if (known !== undefined) return known;
    const path = this.#write(name, compose());
    this.#paths.set(name, path);
    path.catch(() => this.#paths.delete(name));
    return path;
  }

  async #write(name: string, contents: string | Buffer): Promise<string> {
    const folder = join(this.#dataDir, "runtime", "sandbox-files");
    await mkdir(folder, { recursive: true });
    openWays(this.#dataDir, [folder]);
    const hash = createHash("sha256").update(contents).digest("hex").slice(0, 16);
    return publishFile(join(folder, `${name}-${hash}`), contents);
  }
}

import { readFileSync } from "node:fs";

/** Program that runs init. This path is also visible inside the sandbox, because /usr is. */
export const interpreter = "/usr/bin/perl";

let text: string | undefined;

/** Returns the source text of init. */
export function initText(): string {
  text ??= readFileSync(new URL("init.pl", import.meta.url), "utf8");
  return text;
}

import { readFileSync } from "node:fs";
import { overlap, type UserIdBases, userIdRanges } from "../core/base/index.ts";
import { type Check, failed, passed } from "./check.ts";

const files = ["/etc/subuid", "/etc/subgid"] as const;

/**
 * Checks that this machine gives no other user the IDs of sandboxes. Reads the ranges of containers without root in subuid(5) and
 * subgid(5). `read` returns a file's text, or an empty text if it is missing.
 */
export function checkUserIds(bases: UserIdBases, read: (path: string) => string = readIfThere): Check {
  for (const file of files)
    for (const { owner, first, count } of parseRanges(read(file)))
      for (const own of userIdRanges(bases))
        if (overlap(own, { first, count }))
          return failed(
            "user IDs",
            `${file} gives ${owner} IDs from ${first} to ${first + count - 1}, which sandboxes also use`,
            `Remove this line, or set ${own.setting} to another range.`,
            false,
          );
  return passed("user IDs", `no line of ${files.join(" and ")} overlaps those of sandboxes`, false);
}

function parseRanges(text: string) {
  return text.split("\n").flatMap((line) => {
    const [, owner, first, count] = /^([^:#]+):(\d+):(\d+)$/.exec(line.trim()) ?? [];
    return owner === undefined ? [] : [{ owner, first: Number(first), count: Number(count) }];
  });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Without the file, no user has further IDs.
    return "";
  }
}

import { readFileSync } from "node:fs";
import { idsOfRoot, rootSandboxes } from "../sandbox/system/root-ids.ts";
import { type Check, failed, passed } from "./check.ts";

const files = ["/etc/subuid", "/etc/subgid"] as const;
/** Number of IDs from TEMBO_SANDBOX_UID_BASE: sessions, gVisor, host git and, 200,000 above, the files of layers. */
const sessionIds = 200_000 + idsOfRoot;

/**
 * Checks that this machine gives no other user the IDs of sandboxes. Reads the ranges of containers without root in subuid(5) and
 * subgid(5). `read` returns a file's text, or an empty text if it is missing.
 */
export function checkUserIds(
  {
    sandboxUidBase,
    sandboxRootUidBase,
  }: { readonly sandboxUidBase: number; readonly sandboxRootUidBase: number },
  read: (path: string) => string = readIfThere,
): Check {
  const reserved = [
    { setting: "TEMBO_SANDBOX_UID_BASE", first: sandboxUidBase, count: sessionIds },
    { setting: "TEMBO_SANDBOX_ROOT_UID_BASE", first: sandboxRootUidBase, count: rootSandboxes * idsOfRoot },
  ];
  for (const file of files)
    for (const { owner, first, count } of parseRanges(read(file)))
      for (const own of reserved)
        if (first < own.first + own.count && own.first < first + count)
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

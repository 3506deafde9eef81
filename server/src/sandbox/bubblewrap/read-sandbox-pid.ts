import { type ByteSource, readTail } from "../../runtime/read-bounded.ts";

/** Maximum length of bubblewrap's report, which is much shorter. */
const maxBytes = 4_096;

/** Returns the host pid of the sandbox's first process, or null if bubblewrap exited before it created that process. */
export async function readSandboxPid(info: ByteSource): Promise<number | null> {
  const text = await readTail(info, { maxBytes }).catch(() => "");
  const found = /"child-pid":\s*(\d+)/.exec(text);
  return found === null ? null : Number(found[1]);
}

import { useState } from "react";
import { readStored, writeStored } from "../../stored.ts";
import { readSeen, withSeen } from "./seen.ts";

const STORED = "tours";

/** Returns the sections seen at this head, which are stored in the browser, and a function that toggles a section. */
export function useSeen(id: string, head: string) {
  const [seen, setSeen] = useState(() => readSeen(readStored(STORED), id, head));
  const toggle = (key: string) => {
    const next = new Set(seen);
    if (!next.delete(key)) next.add(key);
    setSeen(next);
    writeStored(STORED, withSeen(readStored(STORED), { id, head, seen: [...next] }));
  };
  return { seen, toggle };
}

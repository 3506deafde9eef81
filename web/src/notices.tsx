import { type ComponentType, useEffect, useState } from "react";
import { fetchPart } from "./components/loading/fetch-part.ts";
import { useSettled } from "./components/use-settled.ts";

/**
 * Shows notifications. Loads their code once the page is idle, and then shows notifications that were queued until
 * then.
 */
export function Notices() {
  const isSettled = useSettled();
  const [List, setList] = useState<ComponentType | null>(null);
  useEffect(() => {
    if (!isSettled) return;
    // Retries without limit, because the page cannot show errors without this code.
    void fetchPart(() => import("./notice-list.tsx"), Number.POSITIVE_INFINITY).then(({ NoticeList }) =>
      setList(() => NoticeList),
    );
  }, [isSettled]);
  return List !== null && <List />;
}

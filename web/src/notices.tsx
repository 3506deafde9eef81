import { type ComponentType, useEffect, useState } from "react";
import { fetchPart } from "./components/loading/fetch-part.ts";
import { useSettled } from "./components/use-settled.ts";

/**
 * Shows notifications. Loads the code once the page is idle, then also shows the notifications that were queued before.
 */
export function Notices() {
  const isSettled = useSettled();
  const [List, setList] = useState<ComponentType | null>(null);
  useEffect(() => {
    if (!isSettled) return;
    // Retries without a limit, because errors cannot be shown without this code.
    void fetchPart(() => import("./notice-list.tsx"), Number.POSITIVE_INFINITY).then(({ NoticeList }) =>
      setList(() => NoticeList),
    );
  }, [isSettled]);
  return List !== null && <List />;
}

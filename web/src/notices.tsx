import { type ComponentType, useEffect, useState } from "react";
import { fetchPart } from "./components/loading/fetch-part.ts";
import { useSettled } from "./components/use-settled.ts";

/** Shows notifications. Loads its code once the page is idle, and then shows the notifications that were queued until then. */
export function Notices() {
  const isSettled = useSettled();
  const [List, setList] = useState<ComponentType | null>(null);
  useEffect(() => {
    if (!isSettled) return;
    // Retries without a limit, because no failure would be shown without this code.
    void fetchPart(() => import("./notice-list.tsx"), Number.POSITIVE_INFINITY).then(({ NoticeList }) =>
      setList(() => NoticeList),
    );
  }, [isSettled]);
  return List !== null && <List />;
}

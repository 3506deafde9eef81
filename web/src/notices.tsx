import { type ComponentType, useEffect, useState } from "react";
import { fetchPart } from "./components/loading/fetch-part.ts";
import { useSettled } from "./components/use-settled.ts";

/** Where the page tells what happened. Nothing is to be told before there is a page, so its code comes after; what was told waits for it. */
export function Notices() {
  const isSettled = useSettled();
  const [List, setList] = useState<ComponentType | null>(null);
  useEffect(() => {
    if (!isSettled) return;
    // As long as the page is open: without it nobody would hear of anything that fails.
    void fetchPart(() => import("./notice-list.tsx"), Number.POSITIVE_INFINITY).then(({ NoticeList }) =>
      setList(() => NoticeList),
    );
  }, [isSettled]);
  return List !== null && <List />;
}

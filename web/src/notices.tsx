import { type ComponentType, useEffect, useState } from "react";
import { useSettled } from "./components/use-settled.ts";

const AGAIN_MS = 5_000;

/** Where the page tells what happened. Nothing is to be told before there is a page, so its code comes after; what was told waits for it. */
export function Notices() {
  const isSettled = useSettled();
  const [List, setList] = useState<ComponentType | null>(null);
  useEffect(() => {
    if (!isSettled) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = () => {
      import("./notice-list.tsx").then(
        ({ NoticeList }) => setList(() => NoticeList),
        () => {
          timer = setTimeout(load, AGAIN_MS);
        },
      );
    };
    load();
    return () => clearTimeout(timer);
  }, [isSettled]);
  return List !== null && <List />;
}

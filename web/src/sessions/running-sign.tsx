import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { activeQuery } from "./sessions-query.ts";
import { countOf } from "./use-sessions.ts";

/** Says on the browser's tab how many sessions are at work, whatever page is open. */
export function RunningSign() {
  const count = countOf(useQuery(activeQuery).data);
  useEffect(() => {
    const show = () => {
      const bare = document.title.replace(/^\(\d+\+?\) /, "");
      const wanted = count === null ? bare : `(${count}) ${bare}`;
      if (document.title !== wanted) document.title = wanted;
    };
    show();
    // Pages write titles of their own.
    const observer = new MutationObserver(show);
    const title = document.querySelector("title");
    if (title !== null) observer.observe(title, { childList: true });
    document
      .querySelector('link[rel="icon"]')
      ?.setAttribute("href", count === null ? "/icon.svg" : "/icon-running.svg");
    return () => observer.disconnect();
  }, [count]);
  return null;
}

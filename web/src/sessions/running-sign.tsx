import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { activeQuery } from "./sessions-query.ts";
import { runningCountText } from "./use-sessions.ts";

/** Shows the number of active sessions in the browser tab, on every page. */
export function RunningSign() {
  const count = runningCountText(useQuery(activeQuery).data);
  useEffect(() => {
    const show = () => {
      const bare = document.title.replace(/^\(\d+\+?\) /, "");
      const wanted = count === null ? bare : `(${count}) ${bare}`;
      if (document.title !== wanted) document.title = wanted;
    };
    show();
    // Updates the title again when a page sets its own title.
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

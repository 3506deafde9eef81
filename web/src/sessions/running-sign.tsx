import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { activeQuery, needsYouQuery } from "./sessions-query.ts";
import { countText } from "./use-sessions.ts";

/** Shows the number of sessions that need a person in the title of the browser tab, on every page. The icon shows that sessions work. */
export function RunningSign() {
  const count = countText(useQuery(needsYouQuery).data);
  const isWorking = countText(useQuery(activeQuery).data) !== null;
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
      ?.setAttribute("href", isWorking ? "/icon-running.svg" : "/icon.svg");
    return () => observer.disconnect();
  }, [count, isWorking]);
  return null;
}

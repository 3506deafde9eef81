import { useEffect } from "react";
import { text } from "../text/index.ts";
import type { Transcript } from "./transcript/draft.ts";

const words = text.session.tab;

/** Shows the session's state before its title in the browser tab. */
export function useTabTitle(title: string | undefined, transcript: Transcript): void {
  const state = titleState(transcript);
  useEffect(() => {
    if (title === undefined) return;
    document.title = [state, title, text.general.product].filter(Boolean).join(" · ");
    return () => {
      document.title = text.general.product;
    };
  }, [title, state]);
}

function titleState({ turn, openAsks, items }: Transcript): string {
  if (openAsks.size > 0) return words.asks;
  if (turn !== null) return words.working;
  const end = items.findLast(({ kind }) => kind === "turnEnd");
  return end?.kind === "turnEnd" ? words[end.outcome] : "";
}

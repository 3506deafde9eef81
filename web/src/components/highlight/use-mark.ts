import "./code.css";
import { useEffect, useState } from "react";
import { fetchPart } from "../loading/fetch-part.ts";

type Grammars = typeof import("./grammars.ts");
export type Mark = Grammars["mark"];

let loaded: Grammars | null = null;
let loading: Promise<Grammars> | null = null;

/** Returns the highlighter, or null until its grammars have loaded. Loads the grammars once for all code blocks. */
export function useMark(): Mark | null {
  const [grammars, setGrammars] = useState(loaded);
  useEffect(() => {
    if (loaded !== null) return setGrammars(loaded);
    let isGone = false;
    loading ??= fetchPart(() => import("./grammars.ts"));
    loading.then(
      (come) => {
        loaded = come;
        if (!isGone) setGrammars(come);
      },
      // Ignores the error, because code is readable without colors. The next code block retries.
      () => {
        loading = null;
      },
    );
    return () => {
      isGone = true;
    };
  }, []);
  return grammars === null ? null : grammars.mark;
}

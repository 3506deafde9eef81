import "./code.css";
import { useEffect, useState } from "react";
import { fetchPart } from "../loading/fetch-part.ts";

type Grammars = typeof import("./grammars.ts");
export type Mark = Grammars["mark"];

let loaded: Grammars | null = null;
let loading: Promise<Grammars> | null = null;

/** What marks the words of a code; null until its grammars are there, which come after the code itself. */
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
      // Code without colours is code all the same; the next that is shown asks again.
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

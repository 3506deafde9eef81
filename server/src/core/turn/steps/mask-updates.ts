import type { HarnessUpdate } from "../../ports/harness.ts";
import type { Masker, TextMasker } from "../../secret/mask.ts";

export interface UpdateMasker {
  /** What can be told now. The end of a text that may be the beginning of a secret is held back. */
  push(update: HarnessUpdate): readonly HarnessUpdate[];
  /** What was held back. */
  flush(): readonly HarnessUpdate[];
}

/**
 * Finds secrets in text and thought, which come in pieces, wherever they were cut. A title is kept beside what is told, and cut
 * before: it is masked here. Other whole values are masked where they are told.
 */
export function createUpdateMasker(masker: Masker): UpdateMasker {
  let open: { readonly type: "text" | "thought"; readonly stream: TextMasker } | null = null;
  const flush = (): readonly HarnessUpdate[] => {
    if (open === null) return [];
    const rest = textUpdate(open.type, open.stream.flush());
    open = null;
    return rest;
  };
  return {
    push(update) {
      // It will be cut, and half a secret would not be found.
      if (update.type === "title") return [...flush(), { ...update, title: masker.mask(update.title) }];
      if (update.type !== "text" && update.type !== "thought") return [...flush(), update];
      const earlier = open?.type === update.type ? [] : flush();
      open ??= { type: update.type, stream: masker.openStream() };
      return [...earlier, ...textUpdate(update.type, open.stream.push(update.text))];
    },
    flush,
  };
}

function textUpdate(type: "text" | "thought", text: string): readonly HarnessUpdate[] {
  return text === "" ? [] : [{ type, text }];
}

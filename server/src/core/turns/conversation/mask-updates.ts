import { maxEventTextLength } from "@tembo/contract/limits";
import type { Masker, TextMasker } from "../../base/index.ts";
import type { HarnessUpdate } from "../harness/harness.ts";

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
      if (update.type === "toolCall") return [...flush(), maskToolCall(masker, update)];
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

type ToolCall = Extract<HarnessUpdate, { readonly type: "toolCall" }>;

/** Where the driver cuts (see the port), less one: it cuts between characters. */
const cutTextLength = maxEventTextLength - 1;
const cutDiffLength = 100_000 - 1;

function maskToolCall(masker: Masker, call: ToolCall): ToolCall {
  const text = (value: string | null) => maskCut(masker, value, cutTextLength);
  const diff = (value: string | null) => maskCut(masker, value, cutDiffLength);
  return {
    ...call,
    input: text(call.input),
    output: text(call.output),
    diffs: call.diffs.map((one) => ({
      path: one.path,
      oldText: diff(one.oldText),
      newText: diff(one.newText) ?? "",
    })),
  };
}

/** Of a text that was cut, an end that may be the beginning of a secret is left out: half a secret would not be found. */
function maskCut(masker: Masker, text: string | null, cutLength: number): string | null {
  if (text === null || text.length < cutLength) return text;
  return masker.openStream().push(text);
}

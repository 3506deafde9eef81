import { maxEventTextLength } from "@tembo/contract/limits";
import type { Masker, TextMasker } from "../../base/index.ts";
import type { HarnessUpdate } from "../harness/harness.ts";

export interface UpdateMasker {
  /**
   * Returns the masked updates that can be recorded now. Holds back the end of a text if it may be the beginning of a
   * secret.
   */
  push(update: HarnessUpdate): readonly HarnessUpdate[];
  /** Returns the text that was held back. */
  flush(): readonly HarnessUpdate[];
}

/**
 * Masks secrets in text and thoughts, which arrive in chunks that may split a secret. Also masks titles, which are
 * truncated and stored separately from events, and tool calls, which the driver may have truncated. Other values are
 * complete, and are masked when their event is appended.
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
      // The title is truncated later, and masking cannot find a part of a secret.
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

/** Length at which the driver truncates text (see the port), minus one, because it truncates between characters. */
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

/**
 * Drops the end of a truncated text if it may be the beginning of a secret, because masking cannot find a part of a
 * secret.
 */
function maskCut(masker: Masker, text: string | null, cutLength: number): string | null {
  if (text === null || text.length < cutLength) return text;
  return masker.openStream().push(text);
}

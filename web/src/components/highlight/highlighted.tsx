import { memo, type ReactNode, useMemo } from "react";
import type { Marked } from "./grammars.ts";
import { useMark } from "./use-mark.ts";

/** Code with syntax highlighting if the language has a grammar. Shows plain text until the grammars have loaded. */
export const Highlighted = memo(
  ({ language, children }: { readonly language: string | null; readonly children: string }) => {
    const mark = useMark();
    const marked = useMemo(() => mark?.(children, language), [mark, language, children]);
    return marked == null ? children : draw(marked);
  },
);

function draw(nodes: Marked): ReactNode {
  return nodes.map((node, index) => {
    if (node.type === "text") return node.value;
    if (node.type !== "element") return null;
    const { className } = node.properties;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: tokens of code have no IDs, and all are rendered again when the code changes
      <span key={index} className={Array.isArray(className) ? className.join(" ") : ""}>
        {draw(node.children as Marked)}
      </span>
    );
  });
}

import { Suspense } from "react";
import { lazyPart } from "../loading/lazy-part.ts";
import classes from "./markdown.module.css";

/**
 * Maximum length of Markdown to render in characters. For longer files, only the source is shown, because rendering them
 * would block the browser.
 */
export const MAX_MARKDOWN = 200_000;

const Body = lazyPart(async () => ({ default: (await import("./markdown-body.tsx")).MarkdownBody }));

/** Renders untrusted Markdown. Loads the parser on first use, and shows plain text until then. */
export function Markdown({
  children,
  isGrowing = false,
}: {
  readonly children: string;
  readonly isGrowing?: boolean;
}) {
  return (
    <Suspense
      fallback={
        <div className={classes.raw} aria-busy>
          {children}
        </div>
      }
    >
      <Body isGrowing={isGrowing}>{children}</Body>
    </Suspense>
  );
}

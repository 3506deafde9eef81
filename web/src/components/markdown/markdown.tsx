import { Suspense } from "react";
import { lazyPart } from "../loading/lazy-part.ts";
import classes from "./markdown.module.css";

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

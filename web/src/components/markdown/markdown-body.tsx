import { ActionIcon, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy, IconPhoto } from "@tabler/icons-react";
import { isValidElement, type ReactNode } from "react";
import { type Components, defaultRehypePlugins, Streamdown } from "streamdown";
import { text } from "../../text/index.ts";
import { Highlighted } from "../highlight/highlighted.tsx";
import { ScrollRegion } from "../scroll-region.tsx";
import classes from "./markdown.module.css";

/** Renders text, tables and code. Loads no resources and renders no HTML from the source. */
export function MarkdownBody({
  children,
  isGrowing,
}: {
  readonly children: string;
  readonly isGrowing: boolean;
}) {
  return (
    <Streamdown
      className={classes.markdown!}
      mode={isGrowing ? "streaming" : "static"}
      parseIncompleteMarkdown={isGrowing}
      dir="auto"
      skipHtml
      controls={false}
      linkSafety={{ enabled: false }}
      rehypePlugins={[defaultRehypePlugins.sanitize!]}
      urlTransform={safeUrl}
      components={components}
    >
      {children}
    </Streamdown>
  );
}

/** True if the browser provides a clipboard. Browsers provide none on pages that are served without TLS. */
const canCopy = "clipboard" in navigator;

/** Custom elements that replace streamdown's default elements, which require Tailwind. */
const components: Components = {
  a: ({ href, children }) => <OutsideLink href={href}>{children}</OutsideLink>,
  img: ({ src, alt }) => (
    <OutsideLink href={typeof src === "string" ? src : undefined}>
      <IconPhoto size={14} aria-hidden /> {text.session.image(alt ?? "")}
    </OutsideLink>
  ),
  h1: ({ children }) => <p className={classes.heading}>{children}</p>,
  h2: ({ children }) => <p className={classes.heading}>{children}</p>,
  h3: ({ children }) => <p className={classes.heading}>{children}</p>,
  h4: ({ children }) => <p className={classes.heading}>{children}</p>,
  h5: ({ children }) => <p className={classes.heading}>{children}</p>,
  h6: ({ children }) => <p className={classes.heading}>{children}</p>,
  p: ({ children }) => <p dir="auto">{children}</p>,
  ul: ({ children }) => <ul dir="auto">{children}</ul>,
  ol: ({ children, start }) => (
    <ol dir="auto" start={start}>
      {children}
    </ol>
  ),
  li: ({ children }) => <li>{children}</li>,
  blockquote: ({ children }) => <blockquote dir="auto">{children}</blockquote>,
  hr: () => <hr />,
  strong: ({ children }) => <strong>{children}</strong>,
  table: ({ children }) => (
    <ScrollRegion className={classes.table} label={text.general.table}>
      <table>{children}</table>
    </ScrollRegion>
  ),
  thead: ({ children }) => <thead>{children}</thead>,
  tbody: ({ children }) => <tbody>{children}</tbody>,
  tr: ({ children }) => <tr>{children}</tr>,
  th: ({ children }) => <th dir="auto">{children}</th>,
  td: ({ children }) => <td dir="auto">{children}</td>,
  pre: ({ children }) => <CodeBlock {...fencedIn(children)} />,
  code: ({ children }) => <code className={classes.inline}>{children}</code>,
  inlineCode: ({ children }) => <code className={classes.inline}>{children}</code>,
};

function OutsideLink({
  href,
  children,
}: {
  readonly href: string | undefined;
  readonly children?: ReactNode;
}) {
  if (href === undefined || href === "") return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
    </a>
  );
}

/**
 * Maximum length in characters of a fenced block to highlight. Longer blocks are not highlighted, because a growing
 * block is highlighted again on each change.
 */
const MOST_FENCED = 20_000;

interface Fenced {
  readonly code: string;
  readonly language: string | null;
}

/** Returns the code and the language of a fenced block. */
function fencedIn(children: ReactNode): Fenced {
  if (!isValidElement<{ children?: ReactNode; className?: string }>(children))
    return { code: typeof children === "string" ? children : "", language: null };
  const { children: code, className } = children.props;
  const [, language = null] = /language-(\S+)/.exec(className ?? "") ?? [];
  return { code: typeof code === "string" ? code : "", language };
}

function CodeBlock({ code, language }: Fenced) {
  return (
    <div className={classes.block}>
      <ScrollRegion className={classes.code} label={text.general.code}>
        <pre>
          <code>
            <Highlighted language={code.length > MOST_FENCED ? null : language}>{code}</Highlighted>
          </code>
        </pre>
      </ScrollRegion>
      {canCopy && (
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <ActionIcon
              className={classes.copy}
              variant="default"
              size="sm"
              onClick={copy}
              aria-label={copied ? text.session.copied : text.session.copyCode}
            >
              {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            </ActionIcon>
          )}
        </CopyButton>
      )}
    </div>
  );
}

/**
 * Returns the URL, or null if it does not begin with `http:`, `https:` or `mailto:`. Rejects relative URLs, because
 * they would resolve to a dashboard page.
 */
function safeUrl(url: string): string | null {
  return /^(https?:\/\/|mailto:)/i.test(url) ? url : null;
}

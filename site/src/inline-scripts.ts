import { createHash } from "node:crypto";

/** Writes a file of the built site and returns its URL. */
export type WriteScript = (name: string, code: string) => string;

/**
 * Moves the code of inline scripts to files, because the server's content security policy allows no inline scripts. The
 * files load before the page is shown, as the inline scripts would.
 */
export function moveInlineScripts(html: string, write: WriteScript): string {
  return html.replaceAll(inlineScript, (_, attributes: string, code: string) => {
    const hash = createHash("sha256").update(code).digest("hex").slice(0, 8);
    return `<script${attributes} src="${write(`inline.${hash}.js`, code)}"></script>`;
  });
}

const inlineScript = /<script((?:\s(?!src=)[\w-]+(?:="[^"]*")?)*)>([^<]*(?:<(?!\/script>)[^<]*)*)<\/script>/g;

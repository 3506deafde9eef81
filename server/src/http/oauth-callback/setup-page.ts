import type { AppManifest } from "../../core/integration/setup/app-manifest.ts";

/** One sentence for a person. */
export function sentencePage(title: string, sentence: string): string {
  return page(title, `<p>${escaped(sentence)}</p>`);
}

/** A form that brings the manifest to the forge: it only takes it from a browser that is signed in there. */
export function manifestPage({ displayName, manifest, targetUrl, webUrl }: AppManifest): string {
  const field = `<input type="hidden" name="manifest" value="${escaped(JSON.stringify(manifest))}">`;
  return page(
    "Make the app",
    `<p>Next, ${escaped(webUrl)} makes an app for the integration "${escaped(displayName)}".</p>
<form method="post" action="${escaped(targetUrl)}">${field}<button type="submit">Go on to ${escaped(webUrl)}</button></form>`,
  );
}

const page = (title: string, body: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)} - Tembo</title></head>
<body><h1>${escaped(title)}</h1>
${body}
</body></html>
`;

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

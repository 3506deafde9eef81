import type { AppManifest, ConfirmationQuestion } from "../../core/forges/index.ts";

export function sentencePage(title: string, sentence: string): string {
  return page(title, `<p>${escaped(sentence)}</p>`);
}

/**
 * Returns a page that asks for confirmation in a browser that did not start the setup. The form submits to the same URL, which only this
 * browser has.
 */
export function confirmationPage(question: ConfirmationQuestion, target: string): string {
  const { integrationName, organizationName, beginnerName, webUrl } = question;
  return page(
    "Did you start this?",
    `<p>${escaped(beginnerName)} of the organization "${escaped(organizationName)}" wants to give the integration "${escaped(integrationName)}" the access that you have just approved on ${escaped(webUrl)}.</p>
<p>Continue only if you started this yourself. If someone sent you a link, close this page, and nothing is connected.</p>
<form method="post" action="${escaped(target)}"><button type="submit">I started this: connect</button></form>`,
  );
}

/** Returns a page with a form that submits the manifest to the forge. The forge accepts it only from a browser that is signed in there. */
export function manifestPage({
  displayName,
  organization,
  manifest,
  targetUrl,
  webUrl,
}: AppManifest): string {
  const owner = organization === null ? "your own account" : `the organization "${organization}"`;
  const field = `<input type="hidden" name="manifest" value="${escaped(JSON.stringify(manifest))}">`;
  return page(
    "Create the app",
    `<p>Next, ${escaped(webUrl)} creates an app for the integration "${escaped(displayName)}".</p>
<p>The app will belong to ${escaped(owner)}. To choose another owner, close this page and run <code>tembo integration authorize NAME --organization ORGANIZATION</code>.</p>
<form method="post" action="${escaped(targetUrl)}">${field}<button type="submit">Continue to ${escaped(webUrl)}</button></form>`,
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

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DefaultTheme, defineConfigWithTheme } from "vitepress";
import { createSidebar, headingAddress, readDocuments } from "../src/documents.ts";
import { moveInlineScripts } from "../src/inline-scripts.ts";
import { listLicenses } from "../src/licenses.ts";
import { webAddress } from "../src/repository.ts";
import { linkSources } from "../src/source-links.ts";

const base = process.env.TEMBO_SITE_BASE ?? "/help/";
const root = fileURLToPath(new URL("../..", import.meta.url));
const documents = join(root, "docs");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const repository = webAddress(manifest);

/** Settings of `theme/`, and of VitePress's theme. */
export type SiteTheme = DefaultTheme.Config & {
  readonly version: string;
  /** URL path of the list of versions on a web host, or null for the pages of a server. */
  readonly versions: string | null;
};

export default defineConfigWithTheme<SiteTheme>({
  base,
  lang: "en-US",
  title: "Tembo",
  description: manifest.description,
  srcDir: documents,
  cacheDir: join(root, ".cache/vitepress"),
  head: [["link", { rel: "icon", href: `${base}icon.svg` }]],
  markdown: {
    // The colors of VitePress's default themes have too little contrast.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    // Headings have the same addresses as on the forge.
    anchor: { slugify: headingAddress },
    config: (md) => linkSources(md, { root, documents: "docs", repository }),
  },
  themeConfig: {
    logo: "/icon.svg",
    siteTitle: "Tembo",
    version: manifest.version,
    versions: process.env.TEMBO_SITE_VERSIONS ?? null,
    sidebar: createSidebar(readDocuments(documents), readFileSync(join(documents, "index.md"), "utf8")),
    outline: "deep",
    notFound: {
      title: "Page not found",
      quote: "This version of the documentation does not have the page.",
      linkText: "Go to the documentation",
    },
    search: { provider: "local" },
    ...(repository !== null && {
      editLink: { pattern: `${repository}/edit/main/docs/:path`, text: "Edit this page" },
    }),
  },
  transformHtml: (html, _, { siteConfig }) =>
    moveInlineScripts(html, (name, code) => {
      const path = `${siteConfig.assetsDir}/${name}`;
      mkdirSync(join(siteConfig.outDir, dirname(path)), { recursive: true });
      writeFileSync(join(siteConfig.outDir, path), code);
      return `${base}${path}`;
    }),
  vite: {
    // The largest file is the search index, which loads on demand.
    build: { sourcemap: false, chunkSizeWarningLimit: 2_000 },
    plugins: [
      {
        name: "other-files",
        generateBundle(_, bundle) {
          const modules = Object.values(bundle).flatMap((file) =>
            file.type === "chunk" ? file.moduleIds : [],
          );
          this.emitFile({ type: "asset", fileName: "licenses.md", source: listLicenses(modules) });
          const icon = readFileSync(join(root, "web/public/icon.svg"));
          this.emitFile({ type: "asset", fileName: "icon.svg", source: icon });
        },
      },
    ],
  },
});

import { type Theme, useData, withBase } from "vitepress";
import theme from "vitepress/theme-without-fonts";
import { defineComponent, h, onMounted, ref } from "vue";
import type { SiteTheme } from "../config.ts";
import "./style.css";

/** Shows the version. On a web host with several versions, the reader can choose another one. */
const Version = defineComponent(() => {
  const { theme: settings } = useData<SiteTheme>();
  const { version, versions } = settings.value;
  const found = ref<readonly string[]>([]);
  onMounted(async () => {
    if (versions === null) return;
    // Without the list, the page shows its own version.
    const response = await fetch(versions).catch(() => null);
    if (response?.ok) found.value = await response.json();
  });
  const select = () =>
    h(
      "select",
      {
        class: "version",
        "aria-label": "Version",
        onChange: ({ target }: Event) => {
          const chosen = (target as HTMLSelectElement).value;
          location.assign(new URL(`${chosen}/`, new URL(versions!, location.href)));
        },
      },
      found.value.map((one) => h("option", { value: one, selected: one === version }, one)),
    );
  return () => (found.value.length > 1 ? select() : h("span", { class: "version" }, version));
});

/** Links to pages that VitePress did not build. The attribute "target" prevents it from treating them as its own pages. */
const OtherPages = () => {
  const isOnServer = useData<SiteTheme>().theme.value.versions === null;
  const reference = h(
    "a",
    { href: isOnServer ? "/docs" : withBase("/api/"), target: "_self" },
    "API reference",
  );
  const dashboard = isOnServer ? [h("a", { href: "/", target: "_self" }, "Dashboard")] : [];
  return h("div", { class: "other-pages" }, [...dashboard, reference]);
};

export default {
  extends: theme,
  Layout: () =>
    h(theme.Layout, null, {
      "nav-bar-title-after": () => h(Version),
      "nav-bar-content-after": () => h(OtherPages),
      "nav-screen-content-before": () => h(OtherPages),
    }),
} satisfies Theme;

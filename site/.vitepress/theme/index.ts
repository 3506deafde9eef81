import { type Theme, useData } from "vitepress";
import theme from "vitepress/theme-without-fonts";
import { defineComponent, h } from "vue";
import "./style.css";

const Version = defineComponent(() => {
  const { theme: settings } = useData();
  return () => h("span", { class: "version" }, settings.value.version);
});

/** Links to other pages of the server. The attribute "target" prevents VitePress from treating them as its own pages. */
const ServerLinks = () =>
  h("div", { class: "server-links" }, [
    h("a", { href: "/", target: "_self" }, "Dashboard"),
    h("a", { href: "/docs", target: "_self" }, "API reference"),
  ]);

export default {
  extends: theme,
  Layout: () =>
    h(theme.Layout, null, {
      "nav-bar-title-after": () => h(Version),
      "nav-bar-content-after": () => h(ServerLinks),
      "nav-screen-content-before": () => h(ServerLinks),
    }),
} satisfies Theme;

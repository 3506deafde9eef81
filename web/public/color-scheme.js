// Runs before the first paint. Otherwise, a page that switches to dark colors later would flash.
(() => {
  const chosen = localStorage.getItem("mantine-color-scheme-value") ?? "auto";
  const isDark =
    chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", isDark ? "dark" : "light");
})();

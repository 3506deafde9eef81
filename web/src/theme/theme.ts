import { createTheme, defaultVariantColorsResolver, Loader, type MantineColorsTuple } from "@mantine/core";
import { general } from "../text/general.ts";

/** Shades of the product's primary color, from lightest to darkest. */
const teal: MantineColorsTuple = [
  "#effcfa",
  "#d5f5f0",
  "#a9e9e0",
  "#74d9cc",
  "#41c3b4",
  "#22a79a",
  "#12807a",
  "#0f766e",
  "#0d5f59",
  "#0b4a46",
];

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: 7,
  autoContrast: true,
  colors: { teal },
  // The accent is light in the dark color scheme, so that white text on it would be unreadable.
  variantColorResolver: (input) => ({
    ...defaultVariantColorsResolver(input),
    ...(input.variant === "filled" && input.color === "teal"
      ? { background: "var(--accent)", hover: "var(--accent-text)", color: "var(--on-accent)" }
      : {}),
    // The library's yellow text on light yellow has a contrast below 3.
    ...(input.variant === "light" && input.color === "yellow"
      ? {
          background: "var(--state-needs-soft)",
          hover: "var(--state-needs-soft)",
          color: "var(--state-needs)",
        }
      : {}),
  }),
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', monospace",
  // The scales of tokens.css.
  fontSizes: {
    xs: "var(--type-xs)",
    sm: "var(--type-sm)",
    md: "var(--type-md)",
    lg: "var(--type-lg)",
    xl: "var(--type-xl)",
  },
  headings: {
    fontWeight: "var(--weight-strong)",
    sizes: {
      h1: { fontSize: "var(--type-xl)" },
      h2: { fontSize: "var(--type-lg)" },
      h3: { fontSize: "var(--type-md)" },
    },
  },
  radius: { sm: "var(--radius-sm)", md: "var(--radius-md)", lg: "var(--radius-lg)" },
  shadows: { xs: "var(--shadow-1)", sm: "var(--shadow-1)", md: "var(--shadow-2)", lg: "var(--shadow-2)" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // Screen readers ignore the name of an element without a role.
    Loader: Loader.extend({ defaultProps: { role: "status" } }),
    // Uses a plain object. Importing the component would add its code to the first page.
    Notification: { defaultProps: { closeButtonProps: { "aria-label": general.close } } },
  },
});

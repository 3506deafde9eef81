import { createTheme, Loader, type MantineColorsTuple } from "@mantine/core";
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
  // White text is readable on this shade in both color schemes.
  primaryShade: 7,
  autoContrast: true,
  colors: { teal },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontWeight: "620",
    sizes: { h1: { fontSize: "1.375rem" }, h2: { fontSize: "1.0625rem" }, h3: { fontSize: "0.9375rem" } },
  },
  radius: { sm: "6px", md: "8px", lg: "12px" },
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

import type { ITheme } from "@xterm/xterm";

/**
 * Builds a theme from the page's colors, so that it matches the active color scheme. xterm does not accept CSS
 * variables.
 */
export function terminalTheme(element: Element): ITheme {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const isDark = document.documentElement.dataset.mantineColorScheme === "dark";
  const shade = (name: string, light: number, dark: number) =>
    color(`--mantine-color-${name}-${isDark ? dark : light}`);
  return {
    background: color("--mantine-color-body"),
    foreground: color("--mantine-color-text"),
    cursor: color("--accent"),
    cursorAccent: color("--mantine-color-body"),
    selectionBackground: `${shade("blue", 3, 5)}66`,
    black: shade("gray", 9, 7),
    red: shade("red", 9, 4),
    green: shade("green", 9, 4),
    yellow: isDark ? shade("yellow", 4, 4) : "#7a5200",
    blue: shade("blue", 8, 4),
    magenta: shade("grape", 8, 4),
    cyan: isDark ? shade("cyan", 4, 4) : shade("cyan", 9, 4),
    white: shade("gray", 7, 3),
    brightBlack: shade("gray", 7, 5),
    brightRed: shade("red", 9, 3),
    brightGreen: shade("green", 9, 3),
    brightYellow: isDark ? shade("yellow", 3, 3) : "#7a5200",
    brightBlue: shade("blue", 9, 3),
    brightMagenta: shade("grape", 9, 3),
    brightCyan: shade("cyan", 9, 3),
    brightWhite: color("--mantine-color-text"),
  };
}

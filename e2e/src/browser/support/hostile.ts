/**
 * Hostile texts that a repository, a model or another user may contain. The page must not execute them. They must not
 * hide or move other content.
 */
export const hostileWords = {
  markup: `<img src=x onerror="window.broken='img'"><script>window.broken='script'</script>`,
  link: "[press](javascript:window.broken='link') <a href=\"javascript:window.broken='a'\">here</a>",
  rightToLeft: "\u202Eevil\u202C שלום مرحبا",
  emoji: "👩‍👩‍👧‍👦 🏳️‍🌈 Z̸̢͝a̶l̷g̵o̶",
  longWord: "W".repeat(79),
  template: "{{constructor.constructor('window.broken=1')()}}",
} as const;

/** Expression that is true if no hostile text was executed. It is a string, because it runs in the page. */
export const nothingRan = "window.broken === undefined";
/** Expression that is true if the page is no wider than its window. */
export const fitsItsWindow = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";

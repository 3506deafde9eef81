/** Words that a repository, a model or another person may write. None may run, hide or move anything. */
export const hostileWords = {
  markup: `<img src=x onerror="window.broken='img'"><script>window.broken='script'</script>`,
  link: "[press](javascript:window.broken='link') <a href=\"javascript:window.broken='a'\">here</a>",
  rightToLeft: "\u202Eevil\u202C שלום مرحبا",
  emoji: "👩‍👩‍👧‍👦 🏳️‍🌈 Z̸̢͝a̶l̷g̵o̶",
  longWord: "W".repeat(79),
  template: "{{constructor.constructor('window.broken=1')()}}",
} as const;

/** As text: the code of a page, which has other globals than a test. */
export const nothingRan = "window.broken === undefined";
/** No page is wider than its window. */
export const fitsItsWindow = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";

type Side = "above" | "below";

/** Position of the list of suggestions in the frame of its field, in pixels. `top` is its bottom edge if it is above. */
export interface ListPlace {
  readonly side: Side;
  readonly left: number;
  readonly top: number;
}

const LIST_WIDTH = 420;
/** Height of a long list. */
const LIST_HEIGHT = 350;
const GAP = 4;

/** Properties that determine where the browser breaks the lines of the text. */
const textProperties = [
  ...["box-sizing", "width", "padding-top", "padding-right", "padding-bottom", "padding-left"],
  ...["border-top-width", "border-right-width", "border-bottom-width", "border-left-width", "border-style"],
  ...["font-family", "font-size", "font-weight", "font-style", "font-feature-settings", "letter-spacing"],
  ...["line-height", "text-indent", "text-transform", "word-spacing", "tab-size", "text-align"],
];

/** Returns the place of a list that begins at the character at `offset`. */
export function placeList(field: HTMLTextAreaElement, offset: number, preferred: Side): ListPlace {
  const caret = measureCharacter(field, offset);
  const box = field.getBoundingClientRect();
  const above = box.top + caret.top;
  const side = decideSide(preferred, { above, below: window.innerHeight - above - caret.height });
  return {
    side,
    left: leftEdge(caret.left, Math.min(LIST_WIDTH, box.width), box.width),
    top: side === "above" ? caret.top - GAP : caret.top + caret.height + GAP,
  };
}

/**
 * Decides on which side of the line the list opens: the preferred side, unless the list fits only on the other one.
 * `above` and `below` are the free heights of the window. Pure.
 */
export function decideSide(preferred: Side, free: { readonly above: number; readonly below: number }): Side {
  const other = preferred === "above" ? "below" : "above";
  return free[preferred] < LIST_HEIGHT && free[other] > free[preferred] ? other : preferred;
}

/** Returns the left edge of a list of this width, so that the list ends inside the frame. Pure. */
export const leftEdge = (caret: number, width: number, frame: number): number =>
  Math.max(0, Math.min(caret, frame - width));

/**
 * Measures where a character is in the field. Browsers report no positions inside a text field, so the function lays out
 * the same text in a copy of the field.
 */
function measureCharacter(field: HTMLTextAreaElement, offset: number) {
  const style = getComputedStyle(field);
  const copy = document.createElement("div");
  for (const name of textProperties) copy.style.setProperty(name, style.getPropertyValue(name));
  Object.assign(copy.style, { position: "absolute", top: "0", left: "0", visibility: "hidden" });
  Object.assign(copy.style, { whiteSpace: "pre-wrap", overflowWrap: "break-word" });
  copy.dir = field.dir;
  const mark = document.createElement("span");
  mark.textContent = field.value.slice(offset, offset + 1);
  copy.append(field.value.slice(0, offset), mark, field.value.slice(offset + 1));
  field.parentElement!.append(copy);
  const { offsetLeft: left, offsetTop, offsetHeight: height } = mark;
  copy.remove();
  return { left, top: offsetTop - field.scrollTop, height };
}

import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { text } from "../../text/index.ts";
import classes from "./panel-handle.module.css";

const MIN_WIDTH_PX = 360;
const MAX_WIDTH_PX = 1_600;
const STEP_PX = 24;

interface PanelHandleProps {
  readonly width: number;
  readonly onChange: (width: number) => void;
}

/** Resize handle between the conversation and the panel. Supports dragging and the arrow keys. */
export function PanelHandle({ width, onChange }: PanelHandleProps) {
  const start = useRef<{ readonly x: number; readonly width: number } | null>(null);
  const change = (next: number) => onChange(Math.round(Math.min(MAX_WIDTH_PX, Math.max(MIN_WIDTH_PX, next))));
  const begin = (event: PointerEvent<HTMLDivElement>) => {
    // In a narrow window, the panel may be narrower than the stored width.
    const shown = event.currentTarget.nextElementSibling?.getBoundingClientRect().width ?? width;
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width: shown };
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (start.current !== null) change(start.current.width + start.current.x - event.clientX);
  };
  const end = () => {
    start.current = null;
  };
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "ArrowLeft" ? STEP_PX : event.key === "ArrowRight" ? -STEP_PX : 0;
    if (step === 0) return;
    event.preventDefault();
    change(width + step);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr element is not interactive
    <div
      role="separator"
      tabIndex={0}
      className={classes.handle}
      aria-orientation="vertical"
      aria-label={text.panel.resize}
      aria-valuemin={MIN_WIDTH_PX}
      aria-valuemax={MAX_WIDTH_PX}
      aria-valuenow={width}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onKeyDown={press}
    />
  );
}

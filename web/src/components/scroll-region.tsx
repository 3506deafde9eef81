import type { ReactNode, Ref } from "react";

/** A part of the page that scrolls by itself, by keyboard too. */
export function ScrollRegion({
  label,
  className,
  ref,
  children,
}: {
  readonly label: string;
  readonly className: string | undefined;
  readonly ref?: Ref<HTMLElement>;
  readonly children: ReactNode;
}) {
  return (
    <section
      ref={ref ?? null}
      className={className}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody scrolls here by keyboard
      tabIndex={0}
    >
      {children}
    </section>
  );
}

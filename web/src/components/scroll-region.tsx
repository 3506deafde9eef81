import type { ReactNode, Ref } from "react";

/** A region that users can also scroll with the keyboard. */
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
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users could not scroll without it
      tabIndex={0}
    >
      {children}
    </section>
  );
}

/** A line of the protocol, without its line break. */
export interface ProtocolLine {
  readonly direction: "toHarness" | "fromHarness";
  readonly text: string;
}

/** Whether text for `stream` may have colours: on a terminal, or where FORCE_COLOR asks for them; never with NO_COLOR. */
export function hasColours(
  stream: { readonly isTTY?: boolean | undefined },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  if (env["NO_COLOR"]) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** Text as it shall look. */
export interface Colours {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
}

/** The styles of `stream`, which change nothing where it has no colours. Pad texts before: the codes have no width. */
export function coloursOf(stream: { readonly isTTY?: boolean | undefined }): Colours {
  const style =
    (on: number, off: number): ((text: string) => string) =>
    (text) =>
      hasColours(stream) && text !== "" ? `\u001B[${on}m${text}\u001B[${off}m` : text;
  return { bold: style(1, 22), dim: style(2, 22), red: style(31, 39) };
}

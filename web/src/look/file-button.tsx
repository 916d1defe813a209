import type { JSX } from "preact";
import { useRef } from "preact/hooks";

/** What the package opens, and what browsers take for sound. */
export const SOUND = "audio/*,video/mp4,video/webm,.aif,.aiff,.flac,.m4a,.mp3,.oga,.ogg,.opus,.wav,.webm";

interface Props {
  /** On the button. */
  readonly words: string;
  /** What is chosen, for screen readers. */
  readonly label: string;
  readonly accept: string;
  readonly primary?: boolean;
  readonly multiple?: boolean;
  open(files: readonly File[]): void;
}

/** A button that opens the system's choice of files. */
export function FileButton({ words, label, accept, primary = false, multiple = false, open }: Props): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button class={primary ? "primary" : ""} type="button" onClick={() => input.current?.click()}>
        {words}
      </button>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-label={label}
        accept={accept}
        multiple={multiple}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          if (files.length > 0) open(files);
          // So that the same file can be chosen again.
          currentTarget.value = "";
        }}
      />
    </>
  );
}

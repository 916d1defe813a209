import type { JSX } from "preact";
import { useStore } from "../look/store.ts";
import type { Devices } from "./devices.ts";

/** Which microphone; nothing where none is known. */
export function DeviceChoice({
  devices,
  choose,
}: {
  readonly devices: Devices;
  choose(id: string): void;
}): JSX.Element | null {
  const { list, chosen } = useStore(devices);
  if (list.length === 0) return null;
  return (
    <label class="choice">
      <span>Microphone</span>
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {chosen === "" ? <option value="">the browser’s choice</option> : null}
        {list.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

import { Store } from "../look/store.ts";
import { type Device, listDevices } from "./microphone.ts";

/** The microphones that there are, and which is wanted. */
export interface DevicesState {
  readonly list: readonly Device[];
  /** Id of the one in use or chosen; "" lets the browser choose. */
  readonly chosen: string;
}

/** One choice of microphone for the whole page. */
export class Devices extends Store<DevicesState> {
  constructor() {
    super({ list: [], chosen: "" });
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.refresh());
  }

  choose(id: string): void {
    this.set({ chosen: id });
  }

  /** Browsers tell more once they have been asked for a microphone. */
  async refresh(): Promise<void> {
    this.set({ list: await listDevices().catch(() => []) });
  }
}

import { Store } from "../look/store.ts";

/** Whether sound plays. Where it is, is asked of {@link Player.time} when drawing. */
export interface PlayerState {
  readonly playing: boolean;
  /** Says why nothing plays; "" when all is well. */
  readonly trouble: string;
}

/** Plays a file as the browser does; what it cannot play, as the wav that `convert` makes of it. */
export class Player extends Store<PlayerState> {
  readonly #audio = new Audio();
  readonly #convert: (file: Blob) => Promise<Blob>;
  #file: Blob | null = null;
  #converted = false;
  #address = "";

  constructor(convert: (file: Blob) => Promise<Blob>) {
    super({ playing: false, trouble: "" });
    this.#convert = convert;
    this.#audio.preload = "auto";
    this.#audio.addEventListener("play", () => this.set({ playing: true }));
    for (const name of ["pause", "ended"]) this.#audio.addEventListener(name, () => this.set({ playing: false }));
    this.#audio.addEventListener("error", () => void this.#tryConverted());
  }

  /** In seconds. */
  get time(): number {
    return this.#audio.currentTime;
  }

  seek(seconds: number): void {
    this.#audio.currentTime = Math.max(0, seconds);
  }

  toggle(): void {
    if (this.#audio.paused) this.#audio.play().catch(() => undefined);
    else this.#audio.pause();
  }

  load(file: Blob): void {
    this.unload();
    this.#file = file;
    this.#show(file);
  }

  unload(): void {
    this.#file = null;
    this.#converted = false;
    this.#audio.pause();
    this.#audio.removeAttribute("src");
    if (this.#address !== "") URL.revokeObjectURL(this.#address);
    this.#address = "";
    this.set({ playing: false, trouble: "" });
  }

  #show(sound: Blob): void {
    if (this.#address !== "") URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(sound);
    this.#audio.src = this.#address;
  }

  async #tryConverted(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    const silent = (): void =>
      this.set({ trouble: "This browser cannot play the file; its timeline is right all the same." });
    if (this.#converted) return silent();
    this.#converted = true;
    try {
      const wav = await this.#convert(file);
      if (file === this.#file) this.#show(wav);
    } catch {
      if (file === this.#file) silent();
    }
  }
}

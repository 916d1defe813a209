import { INSECURE, LOST, type Problem, problemOf, processingNote, RAW_VOICE } from "./problems.ts";
import tapUrl from "./tap.worklet.ts?worker&url";

/** A microphone that can be chosen. */
export interface Device {
  readonly id: string;
  readonly name: string;
}

/** An open microphone. */
export interface Microphone {
  readonly sampleRate: number;
  readonly device: Device;
  /** What the user should know of it. */
  readonly note: string | null;
  close(): void;
}

/** Thrown by {@link openMicrophone}. */
export class MicrophoneError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** Where an open microphone's sound goes. */
export interface MicrophoneListener {
  /** @returns the port that takes chunks of samples */
  connect(sampleRate: number): MessagePort;
  /** The largest magnitude of the last tenth of a second. */
  peak(magnitude: number): void;
  lost(problem: Problem): void;
}

/** The microphones that there are; without permission browsers tell none. */
export async function listDevices(): Promise<readonly Device[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices
    .filter(({ kind, deviceId }) => kind === "audioinput" && deviceId !== "")
    .map(({ deviceId, label }, i) => ({ id: deviceId, name: label || `Microphone ${i + 1}` }));
}

/**
 * Asks for a microphone and listens.
 *
 * @param id of the device; undefined: the one that the browser takes
 * @throws MicrophoneError
 */
export async function openMicrophone(id: string | undefined, listener: MicrophoneListener): Promise<Microphone> {
  if (!navigator.mediaDevices) throw new MicrophoneError(INSECURE);
  const audio = { ...RAW_VOICE, ...(id !== undefined && { deviceId: { exact: id } }) };
  const stream = await navigator.mediaDevices.getUserMedia({ audio }).catch((error: unknown) => {
    throw new MicrophoneError(problemOf(error));
  });
  const track = stream.getAudioTracks()[0]!;
  const context = new AudioContext();
  let port: MessagePort | null = null;
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    track.stop();
    void context.close();
  };
  try {
    await context.audioWorklet.addModule(tapUrl);
    const tap = new AudioWorkletNode(context, "tap", { numberOfOutputs: 0 });
    port = listener.connect(context.sampleRate);
    tap.port.addEventListener("message", ({ data }: MessageEvent<number>) => listener.peak(data));
    tap.port.start();
    tap.port.postMessage(port, [port]);
    context.createMediaStreamSource(stream).connect(tap);
    await context.resume();
  } catch (error) {
    close();
    throw new MicrophoneError(problemOf(error));
  }
  track.addEventListener("ended", () => {
    if (open) listener.lost(LOST);
  });
  const settings = track.getSettings();
  const device = { id: settings.deviceId ?? "", name: track.label };
  return { sampleRate: context.sampleRate, device, note: processingNote(settings), close };
}

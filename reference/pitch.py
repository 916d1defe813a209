"""Goldens for src/features/yin.ts: librosa.yin on signals that test/features/pitch-signals.ts makes by the same formulas.

    python reference/pitch.py      (versions: requirements.txt)

writes test/golden/pitch/NAME.npy, shape (2, frames): F0 in hertz, and the cumulative mean normalised difference at the
period that was chosen (librosa computes it but does not return it), and index.json with the exact call of each.

librosa is given float64 samples (of values that float32 holds): in float32 its differences near 0 are rounding noise,
and with them the choice between a period and its double.
"""

import json
import sys
import warnings
from pathlib import Path

import librosa
import numpy as np
import soundfile
from librosa.core.pitch import _cumulative_mean_normalized_difference

sys.dont_write_bytecode = True  # no __pycache__ in the repository
from features import noise

GOLDEN = Path(__file__).parent.parent / "test" / "golden"
FOLDER = GOLDEN / "pitch"


def harmonics(n: int, sr: int, hertz: float, parts: int) -> np.ndarray:
    t = np.arange(n) / sr
    return sum(0.3 / h * np.sin(2 * np.pi * hertz * h * t) for h in range(1, parts + 1))


def signals() -> dict[str, tuple[np.ndarray, int]]:
    sentence, rate = soundfile.read(GOLDEN / "features" / "sentence.wav")
    t = np.arange(16000) / 16000
    made = {
        "voice": (harmonics(22050, 22050, 147.3, 8) + 0.02 * noise(22050), 22050),
        "glide": (0.4 * np.sin(2 * np.pi * (90 * t + 200 * t**2)), 16000),
        "noise": (0.3 * noise(16000), 16000),
        "sentence": (sentence, rate),
        "silence": (np.zeros(4000), 16000),
        "one": (np.full(1, 0.5), 16000),
    }
    return {name: (np.asarray(y, dtype=np.float32).astype(np.float64), sr) for name, (y, sr) in made.items()}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    index = {"librosa": librosa.__version__, "numpy": np.__version__, "arrays": {}}
    y = signals()

    def save(name: str, signal: str, **options) -> None:
        samples, sr = y[signal]
        f0 = librosa.yin(samples, sr=sr, **options)
        length = options.get("frame_length", 2048)
        hop = options.get("hop_length", length // 4)
        padded = np.pad(samples, length // 2) if options.get("center", True) else samples
        shortest = int(np.floor(sr / options["fmax"]))
        longest = min(int(np.ceil(sr / options["fmin"])), length - 1)
        difference = _cumulative_mean_normalized_difference(librosa.util.frame(padded, frame_length=length, hop_length=hop), shortest, longest)
        # The parabola moves the period by less than one lag: back to the lag of the trough.
        period = sr / f0
        chosen = np.empty(len(f0))
        for t, p in enumerate(period):
            near = [lag for lag in (int(np.floor(p)), int(np.ceil(p))) if shortest <= lag <= longest]
            chosen[t] = min(difference[lag - shortest, t] for lag in near)
        np.save(FOLDER / f"{name}.npy", np.stack([f0, chosen]).astype(np.float32))
        call = ", ".join(["y", f"sr={sr}", *(f"{key}={value}" for key, value in options.items())])
        index["arrays"][name] = {"signal": signal, "call": f"librosa.yin({call})"}

    for signal in y:
        save(signal, signal, fmin=65, fmax=500)
    save("sentence-other", "sentence", fmin=80, fmax=400, frame_length=1500, hop_length=333, trough_threshold=0.25)
    save("sentence-uncentred", "sentence", fmin=60, fmax=2000, frame_length=1024, center=False)
    save("voice-low-threshold", "voice", fmin=50, fmax=1000, trough_threshold=0.001, frame_length=1023)
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()

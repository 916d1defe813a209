"""Goldens for src/augment: librosa's stretch and pitch shift, CPython's µ-law.

    python reference/augment.py             (versions: requirements.txt)
    python reference/augment.py --live F    for every NAME.f32 in folder F (samples at 22,050 Hz): NAME.CALL, librosa's
                                            answer to each call of LIVE; run by test/augment/parity.reference.test.ts

writes test/golden/augment/NAME.npy and index.json, which tells for each array its signal, the exact call, its length, and
which samples of it were kept.
"""

import json
import sys
import warnings
from pathlib import Path

import librosa
import numpy as np

sys.dont_write_bytecode = True  # no __pycache__ in the repository
from features import SR, signals

FOLDER = Path(__file__).parent.parent / "test" / "golden" / "augment"
# A prime: every phase of a hop is met.
EVERY = 13
LIVE = {
    "stretch": lambda y: librosa.effects.time_stretch(y, rate=0.87),
    "shift": lambda y: librosa.effects.pitch_shift(y, sr=SR, n_steps=1.3),
}


def silence_first(sentence: np.ndarray) -> np.ndarray:
    """Digital silence before and after: angles of nothing must be the same nothing."""
    return np.concatenate([np.zeros(5000), sentence[4000:14000], np.zeros(5000)]).astype(np.float32)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = signals()
    y = {name: made[name] for name in ("tone", "chord", "chirp", "noise", "sentence")}
    y["silence-first"] = silence_first(y["sentence"])
    index = {"librosa": librosa.__version__, "soxr": __import__("soxr").__version__, "sampleRate": SR, "arrays": {}}

    def save(name: str, signal: str, call: str, keep: int = EVERY) -> None:
        values = np.asarray(eval(call, {"librosa": librosa, "np": np, "sr": SR, "y": y.get(signal), "ulaw": ulaw}))
        np.save(FOLDER / f"{name}.npy", np.atleast_2d(values[::keep]).astype(np.float32))
        index["arrays"][name] = {"signal": signal, "call": call, "length": len(values), "every": keep}

    for signal in ("sentence", "chord", "silence-first"):
        for rate in (0.8, 0.9, 1.1, 1.25):
            save(f"stretch-{signal}-{rate}", signal, f"librosa.effects.time_stretch(y, rate={rate})")
    save("stretch-other", "sentence", "librosa.effects.time_stretch(y, rate=0.7, n_fft=512, hop_length=100)")
    for signal in ("sentence", "tone", "chirp"):
        for steps in (-2, -1, 1.5, 3):
            save(f"shift-{signal}-{steps}", signal, f"librosa.effects.pitch_shift(y, sr=sr, n_steps={steps})")
    save("shift-noise-1.5", "noise", "librosa.effects.pitch_shift(y, sr=sr, n_steps=1.5)")
    save("shift-other", "sentence", "librosa.effects.pitch_shift(y, sr=sr, n_steps=-5, bins_per_octave=24)")
    save("resample-by", "chirp", "librosa.resample(y, orig_sr=sr * 1.234567, target_sr=sr)")
    save("mu-law", "none", "ulaw()", keep=1)
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1) + "\n")


def live(folder: Path) -> None:
    for path in sorted(folder.glob("*.f32")):
        y = np.fromfile(path, dtype=np.float32)
        for name, call in LIVE.items():
            call(y).astype(np.float32).tofile(folder / f"{path.stem}.{name}")


def ulaw() -> np.ndarray:
    """What G.711 makes of every 37th 16-bit sample, by CPython's audioop."""
    import audioop

    pcm = np.arange(-32768, 32768, 37, dtype=np.int16)
    return np.frombuffer(audioop.ulaw2lin(audioop.lin2ulaw(pcm.tobytes(), 2), 2), dtype=np.int16)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["--live"]:
        live(Path(sys.argv[2]))
    else:
        main()

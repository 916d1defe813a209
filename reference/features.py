"""Goldens for src/features: librosa's answers on signals that test/features/signals.ts makes by the same formulas.

    python reference/features.py      (versions: requirements.txt)

writes test/golden/features/NAME.npy and index.json, which tells for each array its signal, the exact call, and which
frames of it were kept.
"""

import json
import sys
import warnings
from pathlib import Path

import librosa
import numpy as np
import soundfile

sys.dont_write_bytecode = True  # no __pycache__ in the repository
from librosa54 import SAMPLE_RATE as SR
from librosa54 import librosa54

FOLDER = Path(__file__).parent.parent / "test" / "golden" / "features"


def noise(n: int) -> np.ndarray:
    """Uniform in [-1, 1): the top 24 bits of Numerical Recipes' 32-bit linear congruential generator, from seed 1."""
    out = np.empty(n)
    state = 1
    for i in range(n):
        state = (1664525 * state + 1013904223) % 2**32
        out[i] = (state >> 8) / 2**23 - 1
    return out


def signals() -> dict[str, np.ndarray]:
    second = np.arange(SR)
    two = np.arange(2 * SR)
    minute = np.arange(60 * SR)
    clicks = np.zeros(SR)
    clicks[::2205] = 0.9
    burst = 1e-5 * noise(SR)
    burst[10000:12000] *= 9e4
    sentence, rate = soundfile.read(FOLDER / "sentence.wav")
    assert rate == SR
    return {
        name: np.asarray(y, dtype=np.float32)
        for name, y in {
            "tone": 0.5 * np.sin(2 * np.pi * 440 / SR * second),
            "chord": sum(0.2 / h * np.sin(2 * np.pi * 226 * h / SR * second) for h in (1, 2, 3, 4, 5)),
            # Linear from 100 Hz to 8,000 Hz in two seconds.
            "chirp": 0.5 * np.sin(2 * np.pi * (100 * (two / SR) + 1975 * (two / SR) ** 2)),
            "noise": 0.3 * noise(SR),
            "silence": np.zeros(SR),
            "clicks": clicks,
            "burst": burst,
            "one": np.full(1, 0.5),
            "hundred": 0.3 * noise(100),
            "minute": (0.2 + 0.2 * np.sin(2 * np.pi * minute / SR))
            * (np.sin(2 * np.pi * (150 * (minute / SR) + 10 * (minute / SR) ** 2)) + 0.1 * noise(60 * SR)),
            "sentence": sentence,
        }.items()
    }


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    y = signals()
    index = {"librosa": librosa.__version__, "numpy": np.__version__, "sampleRate": SR, "arrays": {}}

    def save(name: str, signal: str | None, call: str, values: np.ndarray, every: int = 1) -> None:
        """`values`: (rows, frames); every so many frames are kept."""
        values = np.atleast_2d(np.asarray(values))
        np.save(FOLDER / f"{name}.npy", np.ascontiguousarray(values[:, ::every], dtype=np.float32))
        index["arrays"][name] = {"signal": signal, "call": call, "frames": values.shape[1], "everyFrame": every}

    for name, samples in y.items():
        features = librosa54(samples).T
        save(f"librosa54-{name}", name, "librosa54.librosa54(y).T", features, every=50 if name == "minute" else 1)

    def call(name: str, signal: str | None, code: str, every: int = 1) -> None:
        scope = {"librosa": librosa, "np": np, "sr": SR, "y": y[signal] if signal else None}
        if signal:
            scope["S"] = np.abs(librosa.stft(y[signal])) ** 2
        save(name, signal, code, eval(code, scope), every)

    # Every parameter at one value that is not its default.
    call("stft-real", "chirp", "librosa.stft(y, n_fft=512, hop_length=200, win_length=400, center=False).real", 10)
    call("stft-imaginary", "chirp", "librosa.stft(y, n_fft=512, hop_length=200, win_length=400, center=False).imag", 10)
    call("stft-centred-real", "sentence", "librosa.stft(y, n_fft=1024, hop_length=300).real", 10)
    call("power", "sentence", "np.abs(librosa.stft(y)) ** 2", 10)
    call("mel-filters", None, "librosa.filters.mel(sr=sr, n_fft=2048)", 10)
    call("mel-filters-other", None, "librosa.filters.mel(sr=16000, n_fft=512, n_mels=40, fmin=60, fmax=7000, htk=True, norm=None)")
    call("mel", "sentence", "librosa.feature.melspectrogram(y=y, sr=sr, n_mels=61, fmin=80, fmax=7600)", 4)
    call("mel-htk", "sentence", "librosa.feature.melspectrogram(y=y, sr=sr, n_mels=30, htk=True, norm=None)", 4)
    call("power-to-db", "burst", "librosa.power_to_db(S, ref=0.5, amin=1e-7, top_db=30)", 10)
    call("power-to-db-unclamped", "burst", "librosa.power_to_db(S, top_db=None)", 10)
    call("mfcc-default", "sentence", "librosa.feature.mfcc(y=y, sr=sr)", 2)
    call("mfcc-other", "sentence", "librosa.feature.mfcc(y=y, sr=sr, n_mfcc=13, n_mels=41, fmin=50, fmax=7000, htk=True, norm='ortho', lifter=22)", 2)
    call("mfcc-frames", "chirp", "librosa.feature.mfcc(y=y, sr=sr, n_mfcc=20, n_fft=1024, hop_length=256)", 4)
    call("chroma-filters", None, "librosa.filters.chroma(sr=sr, n_fft=2048, tuning=0.17)", 10)
    call("chroma-filters-other", None, "librosa.filters.chroma(sr=16000, n_fft=1024, n_chroma=24, tuning=-0.3, ctroct=4, octwidth=None, base_c=False)", 5)
    call("chroma-filters-odd", None, "librosa.filters.chroma(sr=sr, n_fft=1024, n_chroma=18, ctroct=4.5, octwidth=1)", 5)
    call("chroma-norm-2", "sentence", "librosa.feature.chroma_stft(y=y, sr=sr, norm=2, tuning=0.1)", 2)
    call("chroma-norm-1", "sentence", "librosa.feature.chroma_stft(y=y, sr=sr, norm=1, tuning=0)", 2)
    call("chroma-24", "chord", "librosa.feature.chroma_stft(y=y, sr=sr, n_chroma=24, norm=None)", 4)
    call("rms-other", "sentence", "librosa.feature.rms(y=y, frame_length=1000, hop_length=300)")
    call("rms-uncentred", "sentence", "librosa.feature.rms(y=y, frame_length=999, hop_length=250, center=False)")
    call("zcr-other", "sentence", "librosa.feature.zero_crossing_rate(y, frame_length=1001, hop_length=333, threshold=0.01)")
    call("zcr-uncentred", "sentence", "librosa.feature.zero_crossing_rate(y, frame_length=1000, hop_length=250, center=False)")
    for signal in ("tone", "chord", "chirp", "sentence", "silence"):
        call(f"tuning-{signal}", signal, "librosa.estimate_tuning(S=S, sr=sr)")
    call("tuning-other", "sentence", "librosa.estimate_tuning(S=S, sr=sr, resolution=0.05, bins_per_octave=24, fmin=100, fmax=2000, threshold=0.2)")
    # Wide-band resampling: 48 kHz noise, band-limited by librosa as `librosa.load` would.
    index["soxr"] = __import__("soxr").__version__
    wide = np.asarray(0.3 * noise(12000), dtype=np.float32)
    save("resampled-noise", None, "librosa.resample(y, orig_sr=48000, target_sr=22050)",
         librosa.resample(wide, orig_sr=48000, target_sr=SR))
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()

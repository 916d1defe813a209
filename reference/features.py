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
import scipy.fft
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


def vocabulary(call) -> None:
    """What test/features/vocabulary.ts compares: each function at its defaults, then each parameter apart from them."""
    call("stft-default-real", "sentence", "librosa.stft(y).real", 20)
    call("stft-hamming-real", "sentence", "librosa.stft(y, n_fft=256, hop_length=100, window='hamming', pad_mode='reflect').real", 23)
    call("stft-blackman-imaginary", "sentence", "librosa.stft(y, n_fft=128, window='blackman', pad_mode='edge').imag", 91)
    call("stft-boxcar-real", "chirp", "librosa.stft(y, n_fft=64, win_length=48, window='boxcar').real", 97)
    call("stft-short-real", "hundred", "librosa.stft(y, n_fft=512, pad_mode='reflect').real")
    call("istft-default", "sentence", "librosa.istft(librosa.stft(y))", 17)
    call("istft-other", "sentence", "librosa.istft(librosa.stft(y, n_fft=512, hop_length=100, win_length=400, window='hamming'), hop_length=100, win_length=400, window='hamming', length=20000)", 17)
    call("istft-another-hop", "sentence", "librosa.istft(librosa.stft(y, n_fft=512, hop_length=128), hop_length=160, center=False)", 17)
    call("istft-longer", "hundred", "librosa.istft(librosa.stft(y, n_fft=64, hop_length=16), hop_length=16, length=150)")
    for shape in ("hann", "hamming", "blackman", "boxcar"):
        call(f"window-{shape}", None, f"librosa.filters.get_window('{shape}', 33)")
    call("fft-frequencies", None, "librosa.fft_frequencies(sr=16000, n_fft=512)", 8)
    call("hz-to-mel", None, "librosa.hz_to_mel(np.arange(0, 12000, 500))")
    call("hz-to-mel-htk", None, "librosa.hz_to_mel(np.arange(0, 12000, 500), htk=True)")
    call("mel-to-hz", None, "librosa.mel_to_hz(np.arange(0, 50, 2))")
    call("mel-to-hz-htk", None, "librosa.mel_to_hz(np.arange(0, 3000, 100), htk=True)")
    call("mel-filters-norm-1", None, "librosa.filters.mel(sr=sr, n_fft=512, n_mels=20, norm=1)", 3)
    call("mel-filters-norm-2", None, "librosa.filters.mel(sr=sr, n_fft=512, n_mels=20, norm=2.0)", 3)
    call("mel-filters-norm-inf", None, "librosa.filters.mel(sr=sr, n_fft=512, n_mels=20, norm=np.inf)", 3)
    call("mel-default", "sentence", "librosa.feature.melspectrogram(y=y, sr=sr)", 8)
    call("mel-power-1", "sentence", "librosa.feature.melspectrogram(y=y, sr=sr, n_mels=40, power=1.0)", 8)
    call("power-to-db-default", "sentence", "librosa.power_to_db(S)", 20)
    call("power-to-db-max", "sentence", "librosa.power_to_db(S, ref=np.max)", 20)
    call("amplitude-to-db-default", "sentence", "librosa.amplitude_to_db(np.sqrt(S))", 20)
    call("amplitude-to-db-other", "sentence", "librosa.amplitude_to_db(np.sqrt(S), ref=0.3, amin=1e-3, top_db=50)", 20)
    call("db-to-power", "sentence", "librosa.db_to_power(mel, ref=0.5)", 8)
    call("db-to-amplitude", "sentence", "librosa.db_to_amplitude(mel, ref=0.5)", 8)
    for kind in (1, 2, 3):
        for norm in ("'ortho'", "None"):
            call(f"dct-{kind}-{norm.strip(chr(39)).lower()}", "sentence", f"scipy.fft.dct(mel, axis=0, type={kind}, norm={norm})", 8)
    call("mfcc-type-3", "sentence", "librosa.feature.mfcc(y=y, sr=sr, n_mfcc=12, dct_type=3, n_mels=30)", 8)
    call("mfcc-type-1", "sentence", "librosa.feature.mfcc(y=y, sr=sr, n_mfcc=12, dct_type=1, n_mels=31, mel_norm=None)", 8)
    call("mfcc-no-norm", "sentence", "librosa.feature.mfcc(y=y, sr=sr, n_mfcc=12, norm=None, lifter=10)", 8)
    call("delta-default", "sentence", "librosa.feature.delta(mel)", 3)
    call("delta-2", "sentence", "librosa.feature.delta(mel, width=5, order=2)", 3)
    call("delta-3", "sentence", "librosa.feature.delta(mel, width=11, order=3)", 3)
    for mode in ("nearest", "mirror", "constant", "wrap"):
        call(f"delta-{mode}", "sentence", f"librosa.feature.delta(mel, width=7, mode='{mode}')", 2)
    call("chroma-default", "sentence", "librosa.feature.chroma_stft(y=y, sr=sr)", 2)
    call("chroma-frames", "sentence", "librosa.feature.chroma_stft(y=y, sr=sr, n_fft=1024, hop_length=256, tuning=-0.2, norm=3)", 4)
    call("chroma-octaves", "sentence", "librosa.feature.chroma_stft(y=y, sr=sr, tuning=0, ctroct=4, octwidth=1, base_c=False)", 4)
    call("piptrack-pitches", "sentence", "librosa.piptrack(S=S, sr=sr)[0]", 10)
    call("piptrack-magnitudes", "sentence", "librosa.piptrack(S=S, sr=sr)[1]", 10)
    call("piptrack-other", "sentence", "librosa.piptrack(S=S, sr=sr, fmin=300, fmax=2000, threshold=0.3)[0]", 10)
    call("piptrack-ref", "sentence", "librosa.piptrack(S=S, sr=sr, ref=0.5)[0]", 10)
    call("rms-default", "sentence", "librosa.feature.rms(y=y)")
    call("zcr-default", "sentence", "librosa.feature.zero_crossing_rate(y)")
    for signal in ("sentence", "silence", "chirp"):
        call(f"centroid-{signal}", signal, "librosa.feature.spectral_centroid(y=y, sr=sr)")
        call(f"bandwidth-{signal}", signal, "librosa.feature.spectral_bandwidth(y=y, sr=sr)")
        call(f"rolloff-{signal}", signal, "librosa.feature.spectral_rolloff(y=y, sr=sr)")
        call(f"flatness-{signal}", signal, "librosa.feature.spectral_flatness(y=y)")
        call(f"contrast-{signal}", signal, "librosa.feature.spectral_contrast(y=y, sr=sr)")
    call("centroid-other", "sentence", "librosa.feature.spectral_centroid(y=y, sr=sr, freq=np.linspace(0, 8000, 1025))")
    call("bandwidth-other", "sentence", "librosa.feature.spectral_bandwidth(y=y, sr=sr, p=3, norm=False, centroid=np.full((1, 57), 1000.0))")
    call("rolloff-other", "sentence", "librosa.feature.spectral_rolloff(y=y, sr=sr, roll_percent=0.5)")
    call("flatness-other", "sentence", "librosa.feature.spectral_flatness(y=y, amin=1e-3, power=1.0)")
    call("contrast-other", "sentence", "librosa.feature.spectral_contrast(y=y, sr=sr, fmin=100, n_bands=4, quantile=0.1, linear=True)")
    call("trim-default", "sentence", "librosa.effects.trim(y)[1]")
    call("trim-other", "sentence", "librosa.effects.trim(y, top_db=20, frame_length=512, hop_length=100)[1]")
    call("trim-ref", "burst", "librosa.effects.trim(y, top_db=10, ref=0.1)[1]")
    call("trim-silence", "silence", "librosa.effects.trim(y, ref=1.0)[1]")
    call("split-default", "sentence", "librosa.effects.split(y).T")
    call("split-other", "sentence", "librosa.effects.split(y, top_db=25, frame_length=512, hop_length=128).T")
    call("preemphasis-default", "sentence", "librosa.effects.preemphasis(y)", 17)
    call("preemphasis-other", "sentence", "librosa.effects.preemphasis(y, coef=0.5, zi=[0.1])", 17)
    call("deemphasis-default", "sentence", "librosa.effects.deemphasis(y)", 17)
    call("deemphasis-other", "sentence", "librosa.effects.deemphasis(y, coef=0.9, zi=[0.1])", 17)


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
        scope = {"librosa": librosa, "np": np, "scipy": scipy, "sr": SR, "y": y[signal] if signal else None}
        if signal:
            scope["S"] = np.abs(librosa.stft(y[signal])) ** 2
            scope["mel"] = librosa.power_to_db(librosa.feature.melspectrogram(y=y[signal], sr=SR, n_mels=20))
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
    vocabulary(call)
    # Wide-band resampling: 48 kHz noise, band-limited by librosa as `librosa.load` would.
    index["soxr"] = __import__("soxr").__version__
    wide = np.asarray(0.3 * noise(12000), dtype=np.float32)
    save("resampled-noise", None, "librosa.resample(y, orig_sr=48000, target_sr=22050)",
         librosa.resample(wide, orig_sr=48000, target_sr=SR))
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()

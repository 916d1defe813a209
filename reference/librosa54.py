"""librosa's side of the feature set `librosa54@1`: the exact calls, used by features.py and, live, by
test/features/parity.reference.test.ts.

    python reference/librosa54.py FOLDER

reads every FOLDER/*.f32 (raw little-endian float32 samples at 22,050 Hz) and writes FOLDER/NAME.features.f32,
(frames, 54) float32 in C order. With `--resample`, FOLDER/NAME.RATE.f32 are samples at RATE hertz, which librosa brings
to 22,050 Hz first (soxr_hq, as librosa.load does).
"""

import sys
import warnings
from pathlib import Path

import librosa
import numpy as np

SAMPLE_RATE = 22050


def librosa54(y: np.ndarray) -> np.ndarray:
    """Samples at 22,050 Hz → (frames, 54) float32."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # n_fft larger than the clip; no pitches in silence
        return np.ascontiguousarray(
            np.vstack(
                [
                    librosa.feature.mfcc(y=y, sr=SAMPLE_RATE, n_mfcc=40),
                    librosa.feature.zero_crossing_rate(y),
                    librosa.feature.chroma_stft(y=y, sr=SAMPLE_RATE),
                    librosa.feature.rms(y=y),
                ]
            ).T,
            dtype=np.float32,
        )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for path in sorted(folder.glob("*.f32")):
        if path.name.endswith(".features.f32"):
            continue
        y = np.fromfile(path, dtype="<f4")
        if "--resample" in sys.argv:
            y = librosa.resample(y, orig_sr=int(path.stem.split(".")[-1]), target_sr=SAMPLE_RATE)
        librosa54(y).tofile(path.with_suffix(".features.f32"))

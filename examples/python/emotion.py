"""The emotion in a recording, by the one file that `ser export --to onnx-waveform` writes.

    ser export models/default.onnx --to onnx-waveform --out speech_emotion_waveform.onnx
    python emotion.py speech_emotion_waveform.onnx voice.wav

Needs onnxruntime and numpy, nothing of speech-emotion: features, speech gate and labels are inside the file.
"""
import json, sys, wave
import numpy as np
import onnxruntime


def read_wav(path):
    """Samples of a 16-bit WAV file, the mean of its channels, -1 ... 1; and their rate in hertz."""
    with wave.open(path) as file:
        if file.getsampwidth() != 2:
            sys.exit(f"{path}: {8 * file.getsampwidth()} bits a sample, this example reads 16")
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
        return samples.mean(axis=1).astype(np.float32) / 32768, file.getframerate()


def recognize(session, samples):
    """(label or None without speech, {label: probability}) of float32 samples (n) at the model's rate."""
    labels = json.loads(session.get_modelmeta().custom_metadata_map["labels"])
    probabilities, speech = session.run(["probabilities", "speech"], {"samples": samples})
    answer = dict(zip(labels, probabilities.tolist()))
    return (max(answer, key=answer.get) if speech[0] else None), answer


if __name__ == "__main__":
    model, *recordings = sys.argv[1:]
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    rate = int(session.get_modelmeta().custom_metadata_map["sample_rate"])
    for path in recordings:
        samples, own = read_wav(path)
        if own != rate:
            sys.exit(f"{path}: {own} Hz, the model hears {rate} Hz; convert it first: ffmpeg -i {path} -ac 1 -ar {rate} out.wav")
        emotion, answer = recognize(session, samples)
        print(path, emotion or "no speech", json.dumps({label: round(p, 4) for label, p in answer.items()}))

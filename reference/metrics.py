"""Goldens of test/metrics: scores of scikit-learn on random and degenerate inputs.

Run:  /opt/ref/venv/bin/python reference/metrics.py   (scikit-learn 1.9.1, numpy 2.4.6)
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
)

assert sklearn.__version__.startswith("1.9."), sklearn.__version__
warnings.filterwarnings("ignore")  # predictions outside the truth: meant

LABELS = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]
CALLS = {
    "accuracy": "accuracy_score(truth, predicted)",
    "uar": "balanced_accuracy_score(truth, predicted)",
    "macroF1": 'f1_score(truth, predicted, average="macro", zero_division=0)',
    "perClass": "precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)",
    "confusion": "confusion_matrix(truth, predicted, labels=labels)",
}


def case(name, labels, truth, predicted):
    scope = dict(globals(), truth=truth, predicted=predicted, labels=labels)
    results = {key: eval(call, scope) for key, call in CALLS.items()}
    per_class = np.array(results["perClass"]).T
    return {
        "name": name,
        "labels": labels,
        "truth": list(truth),
        "predicted": list(predicted),
        "accuracy": float(results["accuracy"]),
        "uar": float(results["uar"]),
        "macroF1": float(results["macroF1"]),
        "perClass": per_class.tolist(),
        "confusion": results["confusion"].tolist(),
    }


def random_case(name, seed, n, labels=LABELS, truth_from=None, predicted_from=None, right=0.5):
    rng = np.random.default_rng(seed)
    truth = rng.choice(truth_from or labels, n)
    guess = rng.choice(predicted_from or labels, n)
    predicted = np.where(rng.random(n) < right, truth, guess) if predicted_from is None else guess
    return case(name, labels, truth.tolist(), predicted.tolist())


cases = [
    random_case("seven labels, 500 recordings", 1, 500),
    random_case("two labels, 40 recordings", 2, 40, labels=["no", "yes"]),
    random_case("chance level", 3, 300, right=0.0),
    random_case("two labels absent from the truth", 4, 200, truth_from=LABELS[:5]),
    random_case("three labels never predicted", 5, 200, predicted_from=LABELS[3:]),
    random_case("labels that occur nowhere", 6, 60, truth_from=LABELS[:2], predicted_from=LABELS[:3]),
    random_case("truth and predictions share no label", 7, 50, truth_from=LABELS[:3], predicted_from=LABELS[3:]),
    case("one class, all right", LABELS, ["sad"] * 9, ["sad"] * 9),
    case("one class, all wrong", LABELS, ["sad"] * 9, ["fear"] * 9),
    case("one class, some right", LABELS, ["sad"] * 4, ["fear", "sad", "sad", "happy"]),
    case("a single sample, right", LABELS, ["happy"], ["happy"]),
    case("a single sample, wrong", LABELS, ["happy"], ["neutral"]),
    case("a single label", ["only"], ["only"] * 3, ["only"] * 3),
]
out = pathlib.Path(__file__).parent.parent / "test/golden/metrics.json"
out.parent.mkdir(exist_ok=True)
out.write_text(
    json.dumps(
        {
            "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
            "command": "/opt/ref/venv/bin/python reference/metrics.py",
            "calls": CALLS,
            "cases": cases,
        }
    )
    + "\n"
)
print(f"{len(cases)} cases -> {out}")

"""Goldens of test/metrics: what scikit-learn and scipy say of probabilities, random and degenerate.

Run:  /opt/ref/venv/bin/python reference/calibration.py   (scikit-learn 1.9.1, scipy 1.17.1, numpy 2.4.6)

Probabilities are whole numbers divided by `grain`, so that the file is small and ties and bin edges are met exactly.
"""

import json
import pathlib
import warnings

import numpy as np
import scipy
import sklearn
from scipy.optimize import brentq, minimize_scalar
from scipy.special import logsumexp
from scipy.stats import bootstrap
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
)

assert sklearn.__version__.startswith("1.9."), sklearn.__version__
warnings.filterwarnings("ignore")  # predictions outside the truth: meant

BINS = 15


def ece(correct, confidence):
    """Guo et al. 2017, equation 3, from calibration_curve and the number of recordings in each bin."""
    accuracy, mean = calibration_curve(correct, confidence, n_bins=BINS) if len(set(correct)) > 1 else one_kind(correct, confidence)
    counts = np.bincount(np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], confidence), minlength=BINS)
    return accuracy, mean, counts, float(np.sum(counts[counts > 0] * np.abs(accuracy - mean)) / len(correct))


def one_kind(correct, confidence):
    """calibration_curve takes one kind of truth only with a label for it."""
    accuracy, mean = calibration_curve(np.ones(len(correct)), confidence, n_bins=BINS, pos_label=1)
    return accuracy * correct[0], mean


def area(correct, confidence):
    """Mean accuracy of the k most confident, k = 1 … n; tied ones count by their mean (naive)."""
    correct = np.asarray(correct, float)
    shared = np.array([correct[confidence == c].mean() for c in confidence])
    ranked = shared[np.argsort(-confidence, kind="stable")]
    return float(np.mean(np.cumsum(ranked) / np.arange(1, len(ranked) + 1)))


def case(name, parts, grain, truth):
    """`parts`: (recordings × labels), whole numbers, each row summing to `grain`."""
    p = np.asarray(parts) / grain
    truth = np.asarray(truth)
    labels = list(range(p.shape[1]))
    predicted = p.argmax(axis=1)
    confidence = p.max(axis=1)
    correct = (predicted == truth).astype(int)
    accuracy, mean, counts, error = ece(correct, confidence)
    result = {
        "name": name,
        "grain": grain,
        "parts": np.asarray(parts).tolist(),
        "truth": truth.tolist(),
        "accuracy": accuracy_score(truth, predicted),
        "uar": balanced_accuracy_score(truth, predicted),
        "macroF1": f1_score(truth, predicted, average="macro", zero_division=0),
        "perClass": np.array(precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)).T.tolist(),
        "confusion": confusion_matrix(truth, predicted, labels=labels).tolist(),
        "reliability": {"n": counts.tolist(), "accuracy": accuracy.tolist(), "confidence": mean.tolist()},
        "ece": error,
        "area": area(correct, confidence),
    }
    if len(labels) > 1:  # of one label scikit-learn has no loss
        result["brier"] = brier_score_loss(truth, p, labels=labels, scale_by_half=False)
        result["logLoss"] = log_loss(truth, p, labels=labels)
    return result


def random_case(rng, i):
    labels = int(rng.integers(1, 9))
    n = int(rng.choice([1, 2, 3, 10, 40, 80]))
    grain = int(rng.choice([1, 4, 15, 30, 1000]))  # 1: all on one label; 15 and 30: on the edges of bins
    alpha = float(rng.choice([0.2, 1, 5]))
    parts = [rng.multinomial(grain, rng.dirichlet([alpha] * labels)) for _ in range(n)]
    asked = int(rng.integers(1, labels + 1))  # the others never occur in the truth
    right = rng.random(n) < rng.choice([0, 0.5, 1])
    truth = np.where(right, np.argmax(parts, axis=1), rng.integers(0, asked, n))
    return case(f"{i}: {n} recordings, {labels} labels, parts of {grain}", parts, grain, truth)


def nll(logits, truth):
    return lambda t: float(np.mean(logsumexp(logits / t, axis=1) - logits[np.arange(len(truth)), truth] / t))


def temperature_case(name, logits, truth):
    """The minimum by minimize_scalar on the loss (exact to about 1e-8), and by brentq on its derivative."""
    loss = nll(logits, truth)
    found = minimize_scalar(loss, bounds=(0.05, 20), method="bounded", options={"xatol": 1e-12})

    def derivative(beta):
        z = logits * beta
        p = np.exp(z - logsumexp(z, axis=1, keepdims=True))
        return np.mean((p * logits).sum(axis=1) - logits[np.arange(len(truth)), truth])

    exact = 1 / brentq(derivative, 1 / 20, 20, xtol=1e-15, rtol=1e-14)
    assert abs(exact - found.x) < 1e-6 * exact, (name, exact, found.x)
    return {
        "name": name,
        "logits": logits.tolist(),
        "truth": truth.tolist(),
        "temperature": exact,
        "before": loss(1.0),
        "after": loss(exact),
    }


def logits_case(name, seed, n, labels, scale, noise):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, labels, n)
    logits = np.round(scale * (noise * rng.normal(size=(n, labels)) + 1.5 * np.eye(labels)[truth]), 4)
    return temperature_case(name, logits, truth)


def bootstrap_case(seed, speakers, each):
    """Speakers with equally many recordings: the bootstrap over speakers is that of the mean of their accuracies."""
    rng = np.random.default_rng(seed)
    correct = (rng.random((speakers, each)) < rng.beta(6, 4, speakers)[:, None]).astype(int)
    result = bootstrap(
        (correct.mean(axis=1),), np.mean, n_resamples=200_000, method="percentile", rng=np.random.default_rng(7), batch=20_000
    )
    low, high = result.confidence_interval
    return {"correct": correct.tolist(), "low": float(low), "high": float(high)}


rng = np.random.default_rng(2026)
cases = [random_case(rng, i) for i in range(80)] + [
    case("all sure and right", [[4, 0, 0]] * 5, 4, [0] * 5),
    case("all sure and wrong", [[4, 0, 0]] * 5, 4, [2] * 5),
    case("a single recording", [[1, 2, 1]], 4, [1]),
    case("no two probabilities apart", [[5, 5, 5]] * 6, 15, [0, 1, 2, 0, 1, 2]),
]
temperatures = [
    logits_case("too sure", 1, 300, 7, 4.0, 1.0),
    logits_case("too cautious", 2, 300, 7, 0.4, 1.0),
    logits_case("about right", 3, 200, 7, 1.0, 1.0),
    logits_case("two labels", 4, 50, 2, 3.0, 1.2),
    logits_case("noise", 5, 120, 4, 2.0, 2.0),
    logits_case("few", 6, 12, 3, 3.0, 1.5),
]
out = pathlib.Path(__file__).parent.parent / "test/golden/calibration.json"
out.write_text(
    json.dumps(
        {
            "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
            "command": "/opt/ref/venv/bin/python reference/calibration.py",
            "cases": cases,
            "temperatures": temperatures,
            "bootstrap": [bootstrap_case(11, 20, 30), bootstrap_case(12, 6, 10)],
        },
        separators=(",", ":"),
    )
    + "\n"
)
print(f"{len(cases)} cases, {len(temperatures)} temperatures -> {out} ({out.stat().st_size} bytes)")

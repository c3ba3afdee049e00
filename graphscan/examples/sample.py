"""The commented facts file that `graphscan init` writes."""

from importlib.resources import files


def sample_text() -> str:
    """Return `sample.yaml`: small, valid, with every construct of the format, and something to reach."""
    return files("graphscan.examples").joinpath("sample.yaml").read_text(encoding="utf-8")

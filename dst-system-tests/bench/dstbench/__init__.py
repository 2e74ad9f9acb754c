"""Benchmarks of DST beside its peers. Standard library of Python 3 only."""

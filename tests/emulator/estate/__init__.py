"""Acme's AWS account: the resources that tests, demo and benchmarks scan, and the verdicts they must get."""

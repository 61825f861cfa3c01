"""The numbers to hold, measured: ``python -m bench``. Each figure stands beside its floor in the same run.

One module a row of the table in ``docs/benchmarks.md``; each measures, none asserts. Machines are noisy and shared:
work is counted as CPU time of the server process where that can be, repeated, and given as medians.
"""

# Only used in bookworm: its Gnocchi 4.4.2 says numpy.int, which its numpy 1.24 no longer has. Without
# this, metricd fails on every measure. Found through PYTHONPATH, so the packages stay as they are.
try:
    import numpy
    numpy.int = int
except ImportError:
    pass

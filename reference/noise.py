"""Numbers that Python and TypeScript both compute, so that no golden has to store its inputs."""
import numpy as np


def mix(x):
    x = x.astype(np.uint32)
    x ^= x >> np.uint32(17); x *= np.uint32(0xED5AD4BB)
    x ^= x >> np.uint32(11); x *= np.uint32(0xAC4C1B51)
    x ^= x >> np.uint32(15); x *= np.uint32(0x31848BAB)
    x ^= x >> np.uint32(14)
    return x


def noise(stream, shape):
    """Uniform numbers in -1 ... 1: element i is mix(mix(i) ^ mix(stream))."""
    i = np.arange(int(np.prod(shape)), dtype=np.uint32)
    return (mix(mix(i) ^ mix(np.array([stream]))).astype(np.float64) / 2**31 - 1).reshape(shape)

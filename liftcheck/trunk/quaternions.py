"""Turning vectors in space: unit quaternions (w, x, y, z), last axis 4, that turn sensor axes into the world's."""

import numpy as np

from liftcheck.samples import Array


def multiply(a: Array, b: Array) -> Array:
    """The rotation b followed by a (Hamilton product), (..., 4)."""
    w0, x0, y0, z0 = a[..., 0], a[..., 1], a[..., 2], a[..., 3]
    w1, x1, y1, z1 = b[..., 0], b[..., 1], b[..., 2], b[..., 3]
    product = np.empty(np.broadcast_shapes(a.shape, b.shape))
    product[..., 0] = w0 * w1 - x0 * x1 - y0 * y1 - z0 * z1
    product[..., 1] = w0 * x1 + x0 * w1 + y0 * z1 - z0 * y1
    product[..., 2] = w0 * y1 - x0 * z1 + y0 * w1 + z0 * x1
    product[..., 3] = w0 * z1 + x0 * y1 - y0 * x1 + z0 * w1
    return product


def from_rotation_vector(vector: Array) -> Array:
    """The rotation about a vector's direction by its length in rad, (..., 3) -> (..., 4)."""
    angle = np.sqrt(np.einsum("...i,...i->...", vector, vector))
    out = np.empty((*vector.shape[:-1], 4))
    out[..., 0] = np.cos(angle / 2)
    out[..., 1:] = (np.sinc(angle / (2 * np.pi)) / 2)[..., None] * vector  # sin(a/2)/a without the hole at 0
    return out


def rows(q: Array) -> Array:
    """The nine numbers of each rotation matrix, row by row, (..., 4) -> (9, ...)."""
    wxyz = np.multiply(np.moveaxis(q, -1, 0), np.sqrt(2.0), order="C")
    (wx, wy, wz), ((xx, xy, xz), (_, yy, yz), (_, _, zz)) = wxyz[0] * wxyz[1:], wxyz[1:, None] * wxyz[1:]
    out = np.empty((9, *q.shape[:-1]))
    out[0], out[1], out[2] = 1 - (yy + zz), xy - wz, xz + wy
    out[3], out[4], out[5] = xy + wz, 1 - (xx + zz), yz - wx
    out[6], out[7], out[8] = xz - wy, yz + wx, 1 - (xx + yy)
    return out


def matrix(q: Array) -> Array:
    """Rotation matrices (..., 3, 3), world = matrix @ sensor."""
    return np.moveaxis(rows(q).reshape(3, 3, *q.shape[:-1]), (0, 1), (-2, -1))


def up(q: Array) -> Array:
    """Where up is in sensor axes: the third row of the matrix, (..., 3); in memory one axis after the other."""
    w, x, y, z = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    out = np.empty((3, *q.shape[:-1]))
    out[0] = 2 * (x * z - w * y)
    out[1] = 2 * (y * z + w * x)
    out[2] = 1 - 2 * (x * x + y * y)
    return np.moveaxis(out, 0, -1)

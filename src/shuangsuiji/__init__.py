"""Draws for double-random, one-public (双随机、一公开) inspections: nobody can steer them, anybody can check them."""

__version__ = "0.1.0"

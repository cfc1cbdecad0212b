"""Placeholder until the checker is in."""


def check(instance, answer):
    return []

"""Actual against planned: measures under way, yearly values, causes of change, true-up."""

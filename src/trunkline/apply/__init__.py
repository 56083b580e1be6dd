"""Carries out a plan step by step, and writes down what it did."""

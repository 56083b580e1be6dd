"""The sample org as data and a small language for flows; `tools/build_sample_org.py` writes it out."""

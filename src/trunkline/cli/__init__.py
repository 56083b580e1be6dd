"""One file a group of verbs, thin: parse, call, render, exit."""

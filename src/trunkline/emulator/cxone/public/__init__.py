"""NICE's own API: sign-in with access keys, discovery, Studio scripts and what they refer to."""

"""CXone as NICE documents it: access keys, discovery, Studio scripts."""

"""A local cloud: the APIs of Genesys Cloud and NICE CXone, answered by the vendors' documented rules.

store → orgs → routes, call, auth, quota → app → server. Knows nothing of the client that calls it.
"""

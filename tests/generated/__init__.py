"""Generated orgs: strategies for objects of every kind, realistic and odd, and the project that manages them."""

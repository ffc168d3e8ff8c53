"""The server side: three programs with three different trusts. Nothing of the desktop is imported here."""

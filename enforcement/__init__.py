"""The law and the case: pure Python, bytes and values in, values out.

Nothing in here knows Qt, SQL, a network, a thread, a disk or a clock.
"""

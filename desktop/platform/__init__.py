"""This machine: its clock, its folders, its files."""

"""The Ruler place and the vernier that other places show too."""

"""Writing an act of the ordinary procedure: its fields by kind, its paper beside them, its signatures."""

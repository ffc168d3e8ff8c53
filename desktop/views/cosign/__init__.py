"""Co-signing for a colleague on one's own device."""

"""Where the legal office writes, proves and publishes discretion tables."""

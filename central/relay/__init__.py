"""The relay: takes in and hands out sealed bundles; can read none of them."""

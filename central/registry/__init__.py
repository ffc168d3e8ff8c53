"""The agency's registry: in the trusted zone, opens every bundle, checks everything again, keeps the register."""

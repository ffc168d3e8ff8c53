"""What every other part is made of: ids, money, instants, canonical bytes, signatures, errors."""

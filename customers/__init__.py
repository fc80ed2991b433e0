"""The person behind addresses: who writes to a shop, which device is theirs, and what they have proven to be theirs."""

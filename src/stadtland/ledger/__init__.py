"""The climate account as pure rules behind a Journal protocol, with an independent verifier."""

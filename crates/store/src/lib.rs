//! Where facts are kept: the journal, state, outbox, timers, identifiers, keys and audit. It decides nothing.

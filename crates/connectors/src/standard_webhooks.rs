//! Standard Webhooks: verify, sign, read.

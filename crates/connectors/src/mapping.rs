//! What a JSON payload says, in our words.
